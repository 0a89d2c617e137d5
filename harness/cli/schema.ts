import type { Command } from 'commander';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { agentProtocolSchemaText } from '../../src/diagnosis/command/protocol-schema.ts';
import { LabError } from '../../src/kernel/result.ts';
import { scenarioSchemaText } from '../scenario/json-schema.ts';
import { labKnowledge } from './knowledge.ts';
import { packageDir, shownPath } from './places.ts';

/** Where the committed schema of scenario files is. */
export const schemaFile: string = path.join(packageDir, 'schema', 'scenario.schema.json');
const protocolFile = path.join(packageDir, 'schema', 'agent-protocol.schema.json');

/** Adds `lab schema`. */
export function registerSchema(program: Command): void {
  program
    .command('schema')
    .description('print the JSON Schema of scenario files, for editors')
    .option('--agent', "print the schema of the foreign agents' protocol instead")
    .option('--write', 'write both below schema/')
    .option('--check', 'exit 2 when a committed one is stale')
    .action((flags: { agent?: boolean; write?: boolean; check?: boolean }) => {
      const texts: readonly (readonly [string, string])[] = [[schemaFile, scenarioSchemaText(labKnowledge())], [protocolFile, agentProtocolSchemaText()]];
      if (flags.write) for (const [file, text] of texts) write(file, text);
      else if (flags.check) for (const [file, text] of texts) check(file, text);
      else process.stdout.write(texts[flags.agent ? 1 : 0]?.[1] ?? '');
    });
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  process.stdout.write(`wrote ${shownPath(file)}\n`);
}

function check(file: string, text: string): void {
  const committed = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (committed !== text) throw new LabError({ code: 'LAB_SCHEMA_STALE', because: `${shownPath(file)} is not what the code says`, advice: 'npm run schema writes it anew; commit the result.' }, 2);
  process.stdout.write(`${shownPath(file)} is fresh\n`);
}
