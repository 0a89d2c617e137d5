import type { Command } from 'commander';
import type { McpFlags } from './mcp/serve-incident.ts';

/** Adds `lab mcp`. */
export function registerMcp(program: Command): void {
  program
    .command('mcp')
    .description('serve the desk of one incident to an MCP client on standard input and output')
    .option('--scenario <name>', 'run this scenario up to its incident; the diagnosis is scored')
    .option('--bundle <dir>', 'the incident of a run bundle; scored where the bundle knows the truth')
    .option('--recording <dir>', 'the incident of a recording, imported or raw; not scored')
    .option('--seed <n>', 'with --scenario', '1')
    .option('--out <dir>', 'where the bundle goes (default: a new folder below reports/runs)')
    .addHelpText('after', '\nThe client lists the tools, investigates, and hands in with submit_diagnosis within ten minutes.\n\nExample (a client\'s configuration):\n  { "command": "npx", "args": ["lab", "mcp", "--scenario", "store-down"] }')
    .action(async (flags: McpFlags) => {
      // Loaded late, so that nobody who asks for help waits for MCP.
      const { serveIncident } = await import('./mcp/serve-incident.ts');
      await serveIncident(flags);
    });
}
