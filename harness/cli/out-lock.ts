import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LabError } from '../../src/kernel/result.ts';
import { makeFolder, onDisk } from '../history/files.ts';
import { isAlive, processEntry } from '../journal/process-table.ts';
import { shownPath } from './places.ts';

interface Owner {
  readonly pid: number;
  /** When that process started; another process of the same number is not the owner. */
  readonly started: string;
}

/**
 * Takes a folder of bundles for this process until it is disposed of: two labs would mix their files there. Ends the command
 * (exit 2) while another living process has it; what a dead one left is taken over.
 */
export function lockFolder(dir: string): Disposable {
  const lock = join(dirname(dir), `.${basename(dir)}.lab-lock`);
  const mine: Owner = { pid: process.pid, started: processEntry(process.pid)?.started ?? '' };
  return onDisk(lock, () => {
    makeFolder(dirname(lock));
    for (let tries = 0; !madeNow(lock, mine); tries++) {
      const owner = ownerOf(lock);
      if (owner !== undefined && (isAlive(owner.pid, owner.started) || tries > 3)) throw inUse(dir, owner);
      // Only one of several can move it away, so nobody removes a lock that somebody took meanwhile.
      moveAway(lock, owner);
    }
    return { [Symbol.dispose]: () => rmSync(lock, { force: true }) };
  });
}

function madeNow(lock: string, owner: Owner): boolean {
  try {
    writeFileSync(lock, JSON.stringify(owner), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Who holds the lock; a torn or foreign file is nobody's. */
function ownerOf(lock: string): Owner | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(lock, 'utf8')) as Partial<Owner>;
    return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
}

function moveAway(lock: string, stale: Owner | undefined): void {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  const moved = ownerOf(aside);
  if (moved !== undefined && moved.pid !== stale?.pid && isAlive(moved.pid, moved.started)) renameSync(aside, lock);
  else rmSync(aside, { force: true });
}

const inUse = (dir: string, { pid }: Owner): LabError =>
  new LabError({ code: 'LAB_OUT_IN_USE', because: `another lab (process ${pid}) is writing to ${shownPath(dir)}`, advice: 'Wait for it, stop it, or name another folder with --out.' }, 2);
