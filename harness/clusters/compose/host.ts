import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = '/sys/fs/cgroup';

/** The folder of a control group in which a controller's files of this process are, on either version of control groups. */
export function controlGroup(pid: number, controller: 'cpu' | 'memory' | 'blkio'): { readonly folder: string; readonly version: 1 | 2 } | undefined {
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').split('\n').map((line) => line.split(':'));
  const old = lines.find(([, names = '']) => names.split(',').includes(controller));
  if (old) {
    const mounted = [controller, 'cpu,cpuacct', 'cpuacct,cpu'].map((name) => join(root, name, old.slice(2).join(':'))).find((folder) => existsSync(folder));
    return mounted === undefined ? undefined : { folder: mounted, version: 1 };
  }
  const unified = lines.find(([number, names]) => number === '0' && names === '');
  const folder = unified && join(root, unified.slice(2).join(':'));
  return folder !== undefined && existsSync(join(folder, 'cgroup.procs')) ? { folder, version: 2 } : undefined;
}

/** Writes to a file of a control group. */
export function writeControl(folder: string, file: string, value: string): void {
  writeFileSync(join(folder, file), value);
}

/** The words that run a program in the network of a process. */
export const inNetworkOf = (pid: number): readonly string[] => ['nsenter', '--target', String(pid), '--net', '--'];

/** The words that run a program in the control group of this folder. */
export const inControlGroup = (folder: string, program: readonly string[]): readonly string[] => ['sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', folder, ...program];
