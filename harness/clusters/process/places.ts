import { mkdirSync, statfsSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { LabError } from '../../../src/kernel/result.ts';
import { command } from './command.ts';
import type { Ledger } from './ledger.ts';

/** The folder that holds everything of a run on disk. */
export const scratchOf = (run: string): string => join(tmpdir(), `operator-lab-${run}`);

/** Whether a folder is one that {@link scratchOf} names: nothing else is ever deleted. */
export const isScratch = (dir: string): boolean => /^operator-lab-lab[a-z0-9]+$/.test(basename(dir)) && dirname(dir) !== dir;

/** Makes the run's folder. */
export async function makeScratch(ledger: Ledger): Promise<string> {
  const dir = scratchOf(ledger.run);
  await ledger.make('scratch', { kind: 'scratch-folder', data: { dir } }, () => void mkdirSync(dir, { mode: 0o755 }));
  return dir;
}

/** A node's data folder, on a disk of its own where the machine allows it. */
export interface DataDisk {
  /** Where the program keeps its data. */
  readonly dir: string;
  /** Where the disk begins; files of the lab go there, beside the program's. */
  readonly root: string;
  /** `major:minor` of the disk; absent where the folder is one of the machine's own disk. */
  readonly device?: string;
}

/** A plain folder. */
export function makeFolder(scratch: string, node: string): DataDisk {
  const root = join(scratch, node);
  mkdirSync(root);
  return { root, dir: join(root, 'data') };
}

/** A disk made from a file that takes space only as it is written to: what fills it or slows it reaches nobody else. */
export async function makeDisk(ledger: Ledger, options: { readonly scratch: string; readonly node: string; readonly sizeBytes: number }): Promise<DataDisk> {
  const { scratch, node, sizeBytes } = options;
  const { run } = ledger;
  const [image, root] = [join(scratch, `${node}.image`), join(scratch, node)];
  await ledger.make(`disk ${node}`, { kind: 'data-disk', data: { dir: root, image } }, async () => {
    writeFileSync(image, '');
    truncateSync(image, sizeBytes);
    await command(['mkfs.ext4', '-q', '-m', '0', '-E', 'lazy_itable_init=1,lazy_journal_init=1', image], { run });
    mkdirSync(root);
    await command(['mount', '-o', 'loop,noatime', image, root], { run });
  });
  return { root, dir: join(root, 'data'), device: deviceOf(root) };
}

/** `major:minor` of the disk that holds a path. */
export function deviceOf(path: string): string {
  const { dev } = statSync(path);
  return `${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;
}

/** What a node needs at least: preallocated log segments and some room. */
const bytesPerNode = 300 * 1024 * 1024;

/** Why the folder for scratch files cannot take so many nodes; undefined when it can. */
export function tooLittleSpace(nodes: number, dir = tmpdir()): LabError['failure'] | undefined {
  const { bavail, bsize } = statfsSync(dir);
  const [freeBytes, neededBytes] = [bavail * bsize, nodes * bytesPerNode];
  if (freeBytes >= neededBytes) return undefined;
  return { code: 'LAB_DISK', because: `${dir} has ${mib(freeBytes)} left, and ${nodes} nodes need ${mib(neededBytes)}`, advice: 'Free space there, or name another folder with TMPDIR.' };
}

const mib = (bytes: number): string => `${Math.floor(bytes / 1024 / 1024)} MiB`;
