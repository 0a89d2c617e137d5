import { rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../../../src/kernel/result.ts';
import { stopwatch } from '../../../../src/kernel/wall-clock.ts';
import type { DiskControl, NodeId, SpaceControl } from '../../contract.ts';
import { runCommand } from '../command.ts';
import { controlGroup, inControlGroup, writeControl } from '../host.ts';
import { commandFailure, type ContainerChanges, type ControlParts, runningContainer } from './parts.ts';

/** Folders of this machine that hold the nodes' data, each a disk of its own. */
export type Disks = ReadonlyMap<NodeId, string>;

const probeWrites = 5;

/**
 * Slows a disk by limiting the writes per second that the container may make on it: a synchronous write then waits for its
 * turn, 1000 / limit milliseconds. `addedLatencyMs` is translated that way.
 */
export function diskControl(parts: ControlParts, changes: ContainerChanges, disks: Disks): DiskControl {
  const limit = async (node: NodeId, writesPerSecond: number | undefined): Promise<void> => {
    const { pid } = await runningContainer(parts, node);
    const group = groupOf(pid);
    const device = deviceOf(folderOf(disks, node));
    // Both versions take a number; none is 0 in the old one and `max` in the new one.
    if (group.version === 1) writeControl(group.folder, 'blkio.throttle.write_iops_device', `${device} ${writesPerSecond ?? 0}`);
    else writeControl(group.folder, 'io.max', `${device} wiops=${writesPerSecond ?? 'max'}`);
  };
  return {
    slow: async (node, { addedLatencyMs, writesPerSecondMax = Infinity }) => {
      changes.intend(node, 'disk');
      await limit(node, Math.max(1, Math.floor(Math.min(writesPerSecondMax, addedLatencyMs > 0 ? 1_000 / addedLatencyMs : Infinity, 1_000_000))));
    },
    restore: async (node) => {
      if ((await parts.project.container(node)).pid > 0) await limit(node, undefined);
      changes.undone(node, 'disk');
    },
    probeWriteMs: async (node) => probeWriteMs((await runningContainer(parts, node)).pid, folderOf(disks, node), parts.project.run),
  };
}

/** The mean of a few synchronous writes on the node's disk, made in its control group, each over the same block. */
async function probeWriteMs(pid: number, folder: string, run: string): Promise<number> {
  const file = join(folder, '.operator-lab-probe');
  const write = 'dd if=/dev/zero of="$0" bs=4096 count=1 oflag=dsync conv=notrunc 2>/dev/null';
  const timed = async (count: number): Promise<number> => {
    const elapsed = stopwatch();
    const ended = await runCommand(inControlGroup(groupOf(pid).folder, ['sh', '-e', '-c', Array(count).fill(write).join('\n'), file]), { run, timeoutMs: 120_000 });
    if (ended.code !== 0) throw commandFailure('a synchronous write beside the database', ended.stderr);
    return elapsed();
  };
  try {
    // Starting the program, and the first write, which makes the file, are not part of it.
    await timed(1);
    const alone = await timed(1);
    return Math.max(0, (await timed(1 + probeWrites)) - alone) / probeWrites;
  } finally {
    rmSync(file, { force: true });
  }
}

/** Fills a disk with a file beside the data. The disk is bounded, so nothing else of the machine is touched. */
export function spaceControl({ project: { run } }: ControlParts, changes: ContainerChanges, disks: Disks): SpaceControl {
  const freeShare = (node: NodeId): number => {
    const { bavail, blocks } = statfsSync(folderOf(disks, node));
    return bavail / blocks;
  };
  const filling = (node: NodeId): string => join(folderOf(disks, node), '.operator-lab-filling');
  return {
    fill: async (node, share) => {
      changes.intend(node, 'space');
      rmSync(filling(node), { force: true });
      const { bavail, blocks, bsize } = statfsSync(folderOf(disks, node));
      const bytes = Math.floor((bavail - blocks * share) * bsize);
      if (bytes <= 0) return;
      const ended = await runCommand(['fallocate', '--length', String(bytes), filling(node)], { run, timeoutMs: 60_000 });
      if (ended.code !== 0) throw commandFailure(`filling the disk of ${node}`, ended.stderr);
    },
    free: async (node) => {
      rmSync(filling(node), { force: true });
      changes.undone(node, 'space');
    },
    probeFreeShare: async (node) => freeShare(node),
  };
}

function groupOf(pid: number) {
  const group = controlGroup(pid, 'blkio') ?? controlGroup(pid, 'cpu');
  if (!group) throw new LabError({ code: 'LAB_NO_CONTROL_GROUP', because: 'the container’s control group for disks is not mounted on this machine' }, 4);
  return group;
}

/** A node's own disk. */
export function folderOf(disks: Disks, node: NodeId): string {
  const folder = disks.get(node);
  if (folder === undefined) throw new LabError({ code: 'LAB_NO_DISK', because: `${node} has no disk of its own` }, 4);
  return folder;
}

/** The device's numbers as the kernel writes them. */
function deviceOf(folder: string): string {
  const { dev } = statSync(folder);
  return `${((dev >> 8) & 0xfff) | ((dev / 2 ** 32) & ~0xfff)}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;
}
