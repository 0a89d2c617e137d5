// The lab's modules built into a few files, for a quick start: where they lie, and whether they still say what the sources say (docs/adr/0008).
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The folder of this package. */
export const packageDir = fileURLToPath(new URL('..', import.meta.url));

/** Inside node_modules, so that packages which were not built in are found from it. */
export const buildDir = join(packageDir, 'node_modules/.cache/operator-lab');

/** Names what was built, and how that looked then. */
export const madeOfFile = 'made-of.json';

/** Changes with every `npm install`: it stands for all packages. */
export const installed = 'node_modules/.package-lock.json';

/**
 * A file as it looks without being read; nulls where there is none.
 * @param {string} path
 * @returns {{ path: string, size: number | null, changedMs: number | null }}
 */
export function stampOf(path, below = packageDir) {
  // No `join`: it costs more than the question, which is asked for each of five hundred sources.
  const found = statSync(`${below}/${path}`, { throwIfNoEntry: false });
  return { path, size: found?.size ?? null, changedMs: found?.mtimeMs ?? null };
}

/**
 * The URL of the built entry, or undefined where nothing was built or where a source changed since.
 * @returns {string | undefined}
 */
export function builtMain(dir = buildDir, below = packageDir) {
  const madeOf = readMadeOf(dir);
  if (madeOf === undefined || madeOf.packageDir !== below) return undefined;
  const unchanged = madeOf.stamps.every(({ path, size, changedMs }) => {
    const now = stampOf(path, below);
    return now.size === size && now.changedMs === changedMs;
  });
  return unchanged ? pathToFileURL(join(dir, madeOf.entry)).href : undefined;
}

/** @returns {{ packageDir: string, entry: string, stamps: ReturnType<typeof stampOf>[] } | undefined} */
function readMadeOf(dir) {
  try {
    return JSON.parse(readFileSync(join(dir, madeOfFile), 'utf8'));
  } catch {
    // Nobody built it: the sources are as good, and slower.
    return undefined;
  }
}
