import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A resource that control groups limit. */
export type Controller = 'cpu' | 'memory' | 'io';

/** Where one controller is mounted, and in which version's words it is spoken to. */
export interface Hierarchy {
  readonly version: 1 | 2;
  readonly root: string;
}

const nameInV1 = { cpu: 'cpu', memory: 'memory', io: 'blkio' } as const;

/** Where each controller of this machine is; a sentence where it is not usable. Version 1 speaks first: a controller that it has, version 2 cannot use. */
export function findHierarchies(mounts: string = readMounts()): Readonly<Record<Controller, Hierarchy | string>> {
  const all = mounts.split('\n').map((line) => line.split(' '));
  const find = (controller: Controller): Hierarchy | string => {
    const one = all.find(([, , type, options = '']) => type === 'cgroup' && options.split(',').includes(nameInV1[controller]));
    if (one?.[1]) return { version: 1, root: one[1] };
    const two = all.find(([, , type]) => type === 'cgroup2')?.[1];
    if (two === undefined) return 'no control groups are mounted here';
    return unusableInV2(two, controller) ?? { version: 2, root: two };
  };
  return { cpu: find('cpu'), memory: find('memory'), io: find('io') };
}

function unusableInV2(root: string, controller: Controller): string | undefined {
  const words = (file: string): readonly string[] => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8').trim().split(/\s+/) : []);
  if (!words('cgroup.controllers').includes(controller)) return `this kernel's control groups have no ${controller} controller`;
  // The true root may hand controllers down while it has processes itself; the root of a container may not.
  if (words('cgroup.subtree_control').includes(controller) || !existsSync(join(root, 'cgroup.type'))) return undefined;
  return `the ${controller} controller is not handed down to groups below ${root}`;
}

const readMounts = (): string => (existsSync('/proc/self/mounts') ? readFileSync('/proc/self/mounts', 'utf8') : '');

/** A file of a control group with what limits and what sets free again. */
export interface Limit {
  readonly file: string;
  readonly limited: string;
  readonly free: string;
}

const periodUs = 100_000;

/** So many cores in every tenth of a second. */
export function cpuLimit(version: 1 | 2, cores: number): Limit {
  const quotaUs = Math.max(1_000, Math.round(cores * periodUs));
  return version === 1 ? { file: 'cpu.cfs_quota_us', limited: String(quotaUs), free: '-1' } : { file: 'cpu.max', limited: `${quotaUs} ${periodUs}`, free: `max ${periodUs}` };
}

/** So many bytes of memory. */
export function memoryLimit(version: 1 | 2, limitBytes: number): Limit {
  const limited = String(Math.round(limitBytes));
  return version === 1 ? { file: 'memory.limit_in_bytes', limited, free: '-1' } : { file: 'memory.max', limited, free: 'max' };
}

/** So many write requests a second to one device (`major:minor`). */
export function writeLimit(version: 1 | 2, device: string, perSecond: number): Limit {
  return version === 1
    ? { file: 'blkio.throttle.write_iops_device', limited: `${device} ${perSecond}`, free: `${device} 0` }
    : { file: 'io.max', limited: `${device} wiops=${perSecond}`, free: `${device} wiops=max` };
}
