import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LabError } from '../../../src/kernel/result.ts';
import type { RunJournal, Undoer } from '../../journal/contract.ts';
import type { NodeId } from '../contract.ts';
import { runCommand } from './command.ts';
import { scratchFolder } from './scratch.ts';

/** Sparse: an empty disk takes no space. */
const diskBytes = 4 * 1024 ** 3;
const kind = 'compose-disks';
const data = z.object({ folder: z.string() });

/** A disk of bounded size for each node, in a file of the run's folder and mounted there. */
export async function makeDisks(nodes: readonly NodeId[], journal: RunJournal): Promise<ReadonlyMap<NodeId, string>> {
  const folder = join(scratchFolder(journal.run), 'disks');
  journal.intend({ kind, data: { folder } });
  const disks = new Map<NodeId, string>();
  for (const node of nodes) {
    await makeDisk({ image: join(folder, `${node}.img`), mountPoint: join(folder, node), run: journal.run });
    disks.set(node, join(folder, node));
  }
  return disks;
}

async function makeDisk({ image, mountPoint, run }: { readonly image: string; readonly mountPoint: string; readonly run: string }): Promise<void> {
  mkdirSync(mountPoint, { recursive: true });
  writeFileSync(image, '');
  truncateSync(image, diskBytes);
  // No blocks are kept back for root, who is who writes here.
  for (const command of [['mkfs.ext4', '-q', '-m', '0', '-F', image], ['mount', '-o', 'loop', image, mountPoint]]) {
    const ended = await runCommand(command, { run, timeoutMs: 60_000 });
    if (ended.code !== 0) throw new LabError({ code: 'LAB_DISK_IMAGE', because: `a disk for a node could not be made: ${ended.missing ? `${command[0]} is not installed` : ended.stderr.trim().split('\n').at(-1)}`, advice: 'Make room below the folder for temporary files, or name another one with TMPDIR' }, 4);
  }
}

/** Unmounts and deletes a run's disks. */
export const disksUndoer: Undoer = {
  kind,
  describe: (given) => `disks in ${data.parse(given).folder}`,
  undo: async (given) => {
    const { folder } = data.parse(given);
    for (const mountPoint of mountsBelow(folder)) {
      const ended = await runCommand(['umount', mountPoint]);
      if (ended.code !== 0 && mountsBelow(folder).includes(mountPoint)) throw new Error(`${mountPoint} is still used: ${ended.stderr.trim()}`);
    }
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
  },
};

const mountsBelow = (folder: string): readonly string[] =>
  readFileSync('/proc/self/mounts', 'utf8').split('\n').flatMap((line) => line.split(' ')[1] ?? []).filter((mountPoint) => mountPoint.startsWith(`${folder}/`));
