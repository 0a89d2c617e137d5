import { spawn } from 'node:child_process';
import { defined } from '../../../../src/kernel/assert.ts';
import { stopwatch } from '../../../../src/kernel/wall-clock.ts';
import { markerVariable, processEntry } from '../../../journal/process-table.ts';
import type { CpuControl } from '../../contract.ts';
import { cpuLimit } from '../control-groups.ts';
import { freeLimit, setLimit, within } from '../groups.ts';
import { nodeOf, type ProcessNode, type ProcessWorld } from '../node.ts';

const probeMs = 1_000;
/** Linux counts CPU time of processes in hundredths of a second, whatever the kernel's own tick. */
const ticksPerSecond = 100;

/** The quota of a node's control group. */
export function cpuControl(world: ProcessWorld): CpuControl {
  const groupOf = (node: ProcessNode) => defined(node.groups.folders.get('cpu'), 'cpu group');
  return {
    throttle: async (id, cores) => {
      const { dir, version } = groupOf(nodeOf(world, id));
      await setLimit(world.ledger, dir, cpuLimit(version, cores));
    },
    restore: async (id) => {
      const { dir, version } = groupOf(nodeOf(world, id));
      await freeLimit(world.ledger, dir, cpuLimit(version, 1));
    },
    probeCores: async (id) => busyLoop(world, groupOf(nodeOf(world, id)).dir),
  };
}

/** A loop in the node's own group, which shares its quota with the database. */
async function busyLoop({ clock, ledger }: ProcessWorld, dir: string): Promise<number> {
  const [program = '', ...args] = [...within([dir]), 'sh', '-c', 'while :; do :; done'];
  const child = spawn(program, args, { stdio: 'ignore', env: { PATH: process.env['PATH'] ?? '', [markerVariable]: ledger.run } });
  const ended = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  const elapsed = stopwatch();
  const before = processEntry(child.pid ?? 0)?.ticks ?? 0;
  await clock.sleep(probeMs);
  const used = (processEntry(child.pid ?? 0)?.ticks ?? before) - before;
  const seconds = elapsed() / 1_000;
  child.kill('SIGKILL');
  await ended;
  return used / ticksPerSecond / seconds;
}
