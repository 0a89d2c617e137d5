import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Opened } from '../../harness/clusters/recorded/open-anything.ts';
import { packedPath, unpress } from '../../harness/clusters/recorded/compression.ts';
import { sourceOf, type Span } from '../../harness/clusters/recorded/incident-source.ts';
import { recordingsFolder } from '../../harness/clusters/recorded/kind.ts';
import { incidentFile, incidentFolder, scriptSchema, type Script } from '../../harness/clusters/recorded/recording-form.ts';
import { replay } from '../../harness/clusters/recorded/replay.ts';
import type { InventoryNode } from '../../src/ports/ports.ts';

/** What an operator may read of one recording, as text by file name, so that it can be rewritten before it is opened. */
export interface Texts {
  readonly inventory: readonly InventoryNode[];
  readonly files: ReadonlyMap<string, string>;
  readonly span: Span;
}

/** A committed recording's texts and its acts. */
export function readTexts(recording: string): { readonly texts: Texts; readonly script: Script } {
  const root = join(recordingsFolder, recording);
  const script = scriptSchema.parse(JSON.parse(readFileSync(join(root, 'script.json'), 'utf8')));
  const inventory = JSON.parse(readFileSync(join(root, incidentFolder, incidentFile.inventory), 'utf8')) as InventoryNode[];
  const names = [incidentFile.metrics, incidentFile.metadata, incidentFile.control, ...inventory.map(({ node }) => incidentFile.log(node))];
  const files = new Map(names.flatMap((name): [string, string][] => {
    const path = packedPath(join(root, incidentFolder), name);
    return path === undefined ? [] : [[name, unpress(readFileSync(path))]];
  }));
  return { texts: { inventory, files, span: { startMs: script.startMs, endMs: script.endMs } }, script };
}

/** Opens texts as `lab diagnose --recording` opens a folder that holds them. */
export function openedTexts({ inventory, files, span }: Texts): Opened {
  const source = sourceOf({ inventory, read: (name) => files.get(name), metrics: () => { const text = files.get(incidentFile.metrics); return text === undefined ? undefined : [text]; }, files: () => new Map() });
  return { span, roles: [...new Set(inventory.map(({ role }) => role))], replay: () => replay(source, span) };
}
