import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Json } from '../../src/kernel/json.ts';

/** Where the recordings of real clusters lie, beside the repository. */
export const referenceFolder = join(import.meta.dirname, '..', '..', '..', 'shared', 'reference');

/** Where the settings of a real store are kept for the twin. */
export const configFile = join(import.meta.dirname, '..', '..', 'harness', 'clusters', 'twin', 'store', 'api', 'config.json');

/** Settings as a real store printed them at its start, on one line of its log; 64-bit numbers are marked as PD's replies mark them, and `{node}` stands for its host. */
export function recordedConfig(): Json {
  const log = gunzipSync(readFileSync(join(referenceFolder, 'recordings', 'tikv-store-kill', 'logs', 'tikv-2.log.gz'))).toString();
  const quoted = /\["using config"\] \[config=("(?:[^"\\]|\\.)*")\]/.exec(log)?.[1];
  if (quoted === undefined) throw new Error('the log holds no line with the settings');
  const text = (JSON.parse(quoted) as string).replace(/([:[])(\d{17,})(?=[,\]}])/g, '$1"#$2#"');
  return JSON.parse(text.replaceAll('10.77.0.22', '{node}').replaceAll('/tikv-2', ''));
}

if (import.meta.main) writeFileSync(configFile, `${JSON.stringify(recordedConfig(), undefined, 1)}\n`);
