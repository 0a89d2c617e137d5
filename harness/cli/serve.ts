import type { Command } from 'commander';
import { LabError, orThrow } from '../../src/kernel/result.ts';
import { listen, type HttpServer } from '../telemetry/http-server.ts';
import { prometheusTransport } from '../telemetry/prometheus-api.ts';
import { rulesOver } from '../telemetry/rules/over-store.ts';
import { userPath } from './places.ts';
import { collected, readRuleFiles } from './serve/rule-files.ts';
import { openServed, type Served } from './serve/served.ts';

interface Flags {
  readonly port: string;
  readonly listen: string;
  readonly rules: readonly string[];
}

/** Adds `lab serve`. */
export function registerServe(program: Command): void {
  program
    .command('serve')
    .description("answer Prometheus' HTTP API from the telemetry of a finished run or a recording, for Grafana, promtool, curl or an agent")
    .argument('<run|recording>', 'a run bundle, a recording, or the name of one below recordings/')
    .option('--port <n>', 'port to listen on; 0 takes any free one', '9090')
    .option('--listen <address>', 'address to listen on; anybody who reaches it can read the telemetry', '127.0.0.1')
    .option('--rules <file>', 'a Prometheus rule file to run over the telemetry, instead of what was recorded of rules; may be given again', collected, [])
    .action(async (what: string, flags: Flags) => {
      process.exitCode = await serve(what, flags);
    });
}

async function serve(what: string, flags: Flags): Promise<number> {
  const port = portOf(flags.port);
  const files = orThrow(readRuleFiles(flags.rules), 2);
  const served = orThrow(openServed(what, { dir: userPath(what), withoutRules: files.length > 0 }), 2);
  const rules = orThrow(rulesOver(served.store, files, served.startMs), 2);
  const companions = rules ? { rules } : {};
  const server = orThrow(await listen(prometheusTransport(served.store, () => served.endMs, companions), { port, host: flags.listen, onBug }), 4);
  process.stdout.write(greeting(served, server));
  return untilStopped(server);
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new LabError({ code: 'LAB_USAGE', because: `--port ${text} is not a port`, advice: 'Give a number from 0 to 65535.' }, 2);
}

const onBug = (error: unknown): void => void process.stderr.write(`A bug in the lab met a request: ${error instanceof Error ? error.stack : String(error)}\n`);

function greeting({ name, startMs, endMs, store }: Served, { url }: HttpServer): string {
  return [
    `${url} answers as the Prometheus of ${name}: ${store.seriesCount} series, ${isoTime(startMs)} to ${isoTime(endMs)}`,
    'Its now is the end of that: a query without a time gets the last state. Ctrl-C stops it.',
    `  curl '${url}/api/v1/query?query=up'`,
    `  promtool query instant --time=${isoTime(endMs)} ${url} up`,
    '',
  ].join('\n');
}

const isoTime = (atMs: number): string => new Date(atMs).toISOString().replace('.000Z', 'Z');

/** Waits for Ctrl-C or SIGTERM, closes the server, and says what to exit with. */
async function untilStopped(server: HttpServer): Promise<number> {
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
  await server.close();
  return signal === 'SIGTERM' ? 143 : 130;
}
