import { mkdirSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wallClock } from '../../src/kernel/wall-clock.ts';
import { makeFolder, onDisk } from '../history/files.ts';

/** The folder of this package. */
export const packageDir: string = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Where run bundles go unless `--out` says otherwise. */
export const runsDir: string = resolve(packageDir, 'reports/runs');

/** A path that the user wrote, from where the user stands: npm changes the folder and leaves the old one in INIT_CWD. */
export const userPath = (path: string): string => resolve(process.env['INIT_CWD'] ?? process.cwd(), path);

/** A path as it is shown: relative to where the user stands, `.` for that place itself. */
export const shownPath = (path: string): string => relative(userPath('.'), path) || '.';

/** Makes a new folder below reports/runs, named after when, what and which seed; two runs in the same second get one each. */
export function newRunDir(scenarioId: string, seed: number): string {
  const stamp = new Date(wallClock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const name = resolve(runsDir, `${stamp}-${scenarioId.replaceAll('/', '-')}-s${seed}`);
  onDisk(runsDir, () => makeFolder(runsDir));
  for (let n = 1; ; n++) {
    const dir = n === 1 ? name : `${name}-${n}`;
    if (onDisk(dir, () => madeNow(dir))) return dir;
  }
}

function madeNow(dir: string): boolean {
  try {
    mkdirSync(dir);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
