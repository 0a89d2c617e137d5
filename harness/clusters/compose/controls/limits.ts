import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { LabError } from '../../../../src/kernel/result.ts';
import { stopwatch, wallClock } from '../../../../src/kernel/wall-clock.ts';
import type { CpuControl, MemoryControl, NodeId } from '../../contract.ts';
import { markOf } from '../command.ts';
import { controlGroup, inControlGroup } from '../host.ts';
import { type ContainerChanges, type ControlParts, runningContainer } from './parts.ts';

const periodUs = 100_000;
/** The engine takes no smaller quota. */
const quotaMinUs = 1_000;
/** Linux counts a process's time in these. */
const ticksPerSecond = 100;

/** A quota on the container's control group, set through the engine; measured by a loop in the same group. */
export function cpuControl(parts: ControlParts, changes: ContainerChanges): CpuControl {
  const update = async (node: NodeId, quotaUs: number): Promise<void> => {
    await parts.project.engine.api.getContainer(parts.project.ids.get(node) ?? node).update({ CpuPeriod: periodUs, CpuQuota: quotaUs });
  };
  return {
    throttle: async (node, cores) => {
      changes.intend(node, 'limits');
      await update(node, Math.max(quotaMinUs, Math.round(cores * periodUs)));
    },
    restore: async (node) => {
      await update(node, -1);
      changes.undone(node, 'limits');
    },
    probeCores: async (node) => probeCores((await runningContainer(parts, node)).pid, parts.project.run),
  };
}

/** How much CPU a busy loop gets for a second in the control group of this process. It ends by itself, should the lab die meanwhile. */
async function probeCores(pid: number, run: string): Promise<number> {
  const group = controlGroup(pid, 'cpu');
  if (!group) throw new LabError({ code: 'LAB_NO_CONTROL_GROUP', because: 'the container’s control group for CPU is not mounted on this machine' }, 4);
  const [program = '', ...args] = inControlGroup(group.folder, ['timeout', '6', 'sh', '-c', 'while :; do :; done']);
  const loop = spawn(program, args, { stdio: 'ignore', detached: true, env: { ...process.env, ...markOf(run) } });
  try {
    // The first moments go into starting, and a fresh quota is full.
    await wallClock.sleep(500);
    const elapsed = stopwatch();
    const before = cpuSeconds(loop.pid ?? 0);
    await wallClock.sleep(1_500);
    return (cpuSeconds(loop.pid ?? 0) - before) / (elapsed() / 1_000);
  } finally {
    if (loop.pid !== undefined) process.kill(-loop.pid, 'SIGKILL');
  }
}

/** CPU time of a process and its child, which is all that the loop is. */
function cpuSeconds(pid: number): number {
  const children = readText(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter((each) => each !== '');
  return [String(pid), ...children].reduce((sum, each) => {
    // The name in brackets may hold blanks; the fields after it do not.
    const fields = readText(`/proc/${each}/stat`).split(') ').at(-1)?.split(' ') ?? [];
    return sum + (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond;
  }, 0);
}

/** A limit on the container's memory, set through the engine. */
export function memoryControl(parts: ControlParts, changes: ContainerChanges): MemoryControl {
  const initial = new Map<NodeId, number>();
  const update = async (node: NodeId, bytes: number): Promise<void> => {
    await parts.project.engine.api.getContainer(parts.project.ids.get(node) ?? node).update({ Memory: bytes, MemorySwap: bytes });
  };
  return {
    limit: async (node, limitBytes) => {
      if (!initial.has(node)) initial.set(node, (await parts.project.container(node)).memoryBytes);
      changes.intend(node, 'limits');
      await update(node, Math.round(limitBytes));
    },
    restore: async (node) => {
      // The engine cannot take a limit away again; one that is as large as the machine's memory limits nothing.
      await update(node, initial.get(node) || totalmem());
      changes.undone(node, 'limits');
    },
    probeLimitBytes: async (node) => {
      const { pid, memoryBytes } = await parts.project.container(node);
      const group = pid > 0 ? readableGroup(pid) : undefined;
      const bytes = group ?? (memoryBytes || Infinity);
      return bytes >= totalmem() ? Infinity : bytes;
    },
  };
}

/** What the kernel itself says; nothing where the container runs on another machine. */
function readableGroup(pid: number): number | undefined {
  try {
    const group = controlGroup(pid, 'memory');
    if (!group) return undefined;
    const text = readFileSync(join(group.folder, group.version === 1 ? 'memory.limit_in_bytes' : 'memory.max'), 'utf8').trim();
    return text === 'max' ? Infinity : Number(text);
  } catch {
    return undefined;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
