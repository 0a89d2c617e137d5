import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Where what is known of real clusters lies, beside the repository. */
export const referenceFolder = join(import.meta.dirname, '..', '..', '..', 'shared', 'reference');

/** Whether it is there. */
export const hasReference = existsSync(referenceFolder);

/** The model's own folder. */
export const twinFolder = join(import.meta.dirname, '..', '..', 'harness', 'clusters', 'twin');

const recordings = join(referenceFolder, 'recordings');

/** The recordings of TiKV clusters with real stores. */
export const tikvCases = (): string[] => readdirSync(recordings).filter((name) => name.startsWith('tikv-') && !name.startsWith('tikv-pd-only')).sort();

/** A compressed file of a recording. */
export const readRecorded = (recording: string, ...path: string[]): string => gunzipSync(readFileSync(join(recordings, recording, ...path))).toString();

/** The metrics pages that a recording kept: the node's name and the text. */
export function recordedPages(recording: string): { readonly node: string; readonly text: string }[] {
  const files = readdirSync(join(recordings, recording, 'exposition')).sort();
  return files.map((file) => ({ node: file.replace('.prom.gz', ''), text: readRecorded(recording, 'exposition', file) }));
}

/** The value of a key, made when it is first asked for. */
export function known<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
