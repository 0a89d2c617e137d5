import type { Command } from 'commander';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LabError } from '../../src/kernel/result.ts';
import { scenarioSchemaText } from '../scenario/json-schema.ts';
import { labKnowledge } from './knowledge.ts';
import { packageDir, shownPath } from './places.ts';

/** Where the committed schema is. */
export const schemaFile: string = path.join(packageDir, 'schema', 'scenario.schema.json');

/** Adds `lab schema`. */
export function registerSchema(program: Command): void {
  program
    .command('schema')
    .description('print the JSON Schema of scenario files, for editors')
    .option('--write', 'write it to schema/scenario.schema.json')
    .option('--check', 'exit 2 when the committed one is stale')
    .action((flags: { write?: boolean; check?: boolean }) => {
      const text = scenarioSchemaText(labKnowledge());
      if (flags.write) write(text);
      else if (flags.check) check(text);
      else process.stdout.write(text);
    });
}

function write(text: string): void {
  mkdirSync(path.dirname(schemaFile), { recursive: true });
  writeFileSync(schemaFile, text);
  process.stdout.write(`wrote ${shownPath(schemaFile)}\n`);
}

function check(text: string): void {
  const committed = existsSync(schemaFile) ? readFileSync(schemaFile, 'utf8') : '';
  if (committed !== text) throw new LabError({ code: 'LAB_SCHEMA_STALE', because: `${shownPath(schemaFile)} is not what the code says`, advice: 'npm run schema writes it anew; commit the result.' }, 2);
  process.stdout.write(`${shownPath(schemaFile)} is fresh\n`);
}
