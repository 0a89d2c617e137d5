import { join } from 'node:path';
import { defined } from '../../../../src/kernel/assert.ts';
import type { Millis } from '../../../../src/kernel/clock.ts';
import { LabError } from '../../../../src/kernel/result.ts';
import { stopwatch } from '../../../../src/kernel/wall-clock.ts';
import type { DiskControl } from '../../contract.ts';
import { tryCommand } from '../command.ts';
import { writeLimit } from '../control-groups.ts';
import { freeLimit, setLimit, within } from '../groups.ts';
import { nodeOf, type ProcessWorld } from '../node.ts';

const probeWrites = 3;
const probeTimeoutMs: Millis = 12_000;
/** Beside the database's files; made once, so that later probes only write over it. */
const probeFile = '.lab-probe';

/**
 * Write requests a second of a node's group to its own disk. Control groups cannot delay a request; they can hold it back
 * until its turn. A program that waits for each synchronous write before the next then waits one turn each time, so a
 * latency of L becomes one write in L: `addedLatencyMs: 80` is 12 writes a second.
 */
export function diskControl(world: ProcessWorld): DiskControl {
  const placeOf = (id: string) => {
    const { disk, groups } = nodeOf(world, id);
    return { root: disk.root, device: defined(disk.device, 'a disk of its own'), group: defined(groups.folders.get('io'), 'io group') };
  };
  return {
    slow: async (id, { addedLatencyMs, writesPerSecondMax }) => {
      const { device, group } = placeOf(id);
      await setLimit(world.ledger, group.dir, writeLimit(group.version, device, writesPerSecond(addedLatencyMs, writesPerSecondMax)));
    },
    restore: async (id) => {
      const { device, group } = placeOf(id);
      await freeLimit(world.ledger, group.dir, writeLimit(group.version, device, 1));
    },
    probeWriteMs: async (id) => {
      const { root, group } = placeOf(id);
      return synchronousWriteMs(join(root, probeFile), group.dir, world.ledger.run);
    },
  };
}

/** The limit that makes each of a chain of synchronous writes wait for so long. */
export function writesPerSecond(addedLatencyMs: Millis, most = Infinity): number {
  const byLatency = addedLatencyMs > 0 ? Math.floor(1_000 / addedLatencyMs) : Infinity;
  return Math.max(1, Math.min(byLatency, most, 1_000_000));
}

/** Some synchronous writes from inside the node's group, one after the other; how long one took, by dd's own account: its start is not the disk's. */
async function synchronousWriteMs(file: string, group: string, run: string): Promise<Millis> {
  const elapsed = stopwatch();
  const { code, stderr } = await tryCommand([...within([group]), 'dd', 'if=/dev/zero', `of=${file}`, 'bs=4096', `count=${probeWrites}`, 'oflag=direct,dsync', 'conv=notrunc'], { run, timeoutMs: probeTimeoutMs });
  const seconds = copiedSeconds(stderr);
  if (code === 0 && seconds !== undefined) return (seconds * 1_000) / probeWrites;
  // One that is not through by then was held back for at least as long.
  const tookMs = elapsed();
  if (tookMs < probeTimeoutMs) throw new LabError({ code: 'LAB_PROBE', because: `the probe cannot write ${file}: ${stderr.trim()}` }, 4);
  return tookMs / probeWrites;
}

/** What dd says that copying took, e.g. `12288 bytes (12 kB, 12 KiB) copied, 0.25012 s, 49.1 kB/s`. */
export function copiedSeconds(report: string): number | undefined {
  const seconds = /copied, ([\d.e+-]+) s/.exec(report)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
