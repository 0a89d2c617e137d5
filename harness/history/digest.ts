import { createHash, type Hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../src/kernel/json.ts';
import type { Run } from './bundle.ts';

/** Paths of all files below a folder, relative to it, with `/`, in byte order. */
export function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1).replaceAll('\\', '/'))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** What a judge of free text thinks of a bundle: an opinion from later, and no part of the evidence. */
export const votesFile = 'votes.json';

/**
 * SHA-256 of a bundle, in hex: over name and content of every file except `run.json`, `index.html`, votes and drafts,
 * and over the run itself without its digest. Equal digests mean equal bundles.
 */
export function bundleDigest(dir: string, run: Run): string {
  return digestWith(hashOfFiles(dir), run);
}

/** The first half of {@link bundleDigest}: the files. */
export function hashOfFiles(dir: string): Hash {
  const hash = createHash('sha256');
  for (const file of filesBelow(dir)) {
    if (file === 'run.json' || file === 'index.html' || file === votesFile || file.endsWith('.draft')) continue;
    hash.update(`${file}\0`).update(createHash('sha256').update(readFileSync(join(dir, file))).digest());
  }
  return hash;
}

/** The second half: the run beside those files, whose hash may be taken again. */
export function digestWith(files: Hash, run: Run): string {
  return files.copy().update(canonicalJson({ ...run, digest: '' })).digest('hex');
}

/** Whether a bundle still gives the digest that it was sealed with; one that was never sealed has nothing to compare. */
export function isAsSealed(dir: string, run: Run): boolean {
  return run.digest === '' || bundleDigest(dir, asWritten(dir, run)) === run.digest;
}

/** The run as its file has it: in memory an older form was brought up to date. */
function asWritten(dir: string, run: Run): Run {
  const file = join(dir, 'run.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Run) : run;
}
