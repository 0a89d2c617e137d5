import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Controller, Hierarchy, Limit } from './control-groups.ts';
import type { Ledger } from './ledger.ts';

/** A node's control groups: one folder for each controller that this machine has, all the same in version 2. */
export interface NodeGroups {
  readonly folders: ReadonlyMap<Controller, { readonly dir: string; readonly version: 1 | 2 }>;
}

/** Makes a node's groups. */
export async function makeGroups(ledger: Ledger, node: string, hierarchies: Readonly<Record<Controller, Hierarchy | string>>): Promise<NodeGroups> {
  const folders = new Map<Controller, { dir: string; version: 1 | 2 }>();
  for (const controller of ['cpu', 'memory', 'io'] as const) {
    const hierarchy = hierarchies[controller];
    if (typeof hierarchy === 'string') continue;
    const { root, version } = hierarchy;
    const dir = join(root, `${ledger.run}-${node}`);
    if (version === 2) await handDown(ledger, root, controller);
    if (![...folders.values()].some((other) => other.dir === dir)) await ledger.make(`group ${dir}`, { kind: 'control-group', data: { dir } }, () => void mkdirSync(dir));
    folders.set(controller, { dir, version });
  }
  return { folders };
}

async function handDown(ledger: Ledger, root: string, controller: Controller): Promise<void> {
  const file = join(root, 'cgroup.subtree_control');
  if (readFileSync(file, 'utf8').trim().split(/\s+/).includes(controller)) return;
  await ledger.make(`controller ${controller}`, { kind: 'group-value', data: { file, free: `-${controller}`, mayStay: true } }, () => writeFileSync(file, `+${controller}`));
}

/** The folders that a process must enter. */
export const foldersOf = ({ folders }: NodeGroups): readonly string[] => [...new Set([...folders.values()].map(({ dir }) => dir))];

/** Words before a program that is to run inside groups: a shell enters and then becomes the program, so their numbers are the same. */
export const within = (dirs: readonly string[]): readonly string[] =>
  dirs.length === 0 ? [] : ['sh', '-c', 'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 96; shift; done; shift; exec "$@"', 'sh', ...dirs, '--'];

/** Sets a limit, journaled first; replaces an earlier one of the same file. */
export async function setLimit(ledger: Ledger, dir: string, { file, limited, free }: Limit): Promise<void> {
  const path = join(dir, file);
  await ledger.make(`limit ${path}`, { kind: 'group-value', data: { file: path, free } }, () => writeFileSync(path, limited));
}

/** Sets free what {@link setLimit} limited. */
export async function freeLimit(ledger: Ledger, dir: string, { file, free }: Limit): Promise<void> {
  const path = join(dir, file);
  await ledger.unmake(`limit ${path}`, () => writeFileSync(path, free));
}
