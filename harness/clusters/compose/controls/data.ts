import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DataControl, NodeId, ProcessControl } from '../../contract.ts';
import { type Disks, folderOf } from './disk.ts';
import type { ContainerChanges } from './parts.ts';

const aside = '.operator-lab-aside';
/** What the file system and the lab keep beside the database's files. */
const kept = (name: string): boolean => name === 'lost+found' || name.startsWith('.operator-lab');

/** A node's data, set aside on its own disk while its program does not run. */
export function dataControl(process: ProcessControl, changes: ContainerChanges, disks: Disks): DataControl {
  const asideOf = (node: NodeId): string => join(folderOf(disks, node), aside);
  const end = async (node: NodeId): Promise<void> => {
    if ((await process.state(node)) !== 'exited') await process.kill(node);
  };
  return {
    lose: async (node) => {
      if (existsSync(asideOf(node))) return;
      await end(node);
      changes.intend(node, 'data');
      mkdirSync(asideOf(node));
      moveAll(folderOf(disks, node), asideOf(node));
      await process.start(node);
    },
    giveBack: async (node) => {
      if (!existsSync(asideOf(node))) return;
      await end(node);
      const folder = folderOf(disks, node);
      for (const name of readdirSync(folder)) if (!kept(name)) rmSync(join(folder, name), { recursive: true });
      moveAll(asideOf(node), folder);
      rmSync(asideOf(node), { recursive: true });
      changes.undone(node, 'data');
      await process.start(node);
    },
    probeLost: async (node) => existsSync(asideOf(node)),
  };
}

function moveAll(from: string, to: string): void {
  for (const name of readdirSync(from)) if (!kept(name)) renameSync(join(from, name), join(to, name));
}
