import { existsSync, renameSync, rmSync } from 'node:fs';
import type { DataControl } from '../../contract.ts';
import { nodeOf, type ProcessNode, type ProcessWorld } from '../node.ts';

const goneWithinMs = 10_000;

/** A node's data folder, renamed on its own disk. */
export function dataControl(world: ProcessWorld): DataControl {
  const { clock, ledger } = world;
  const end = async ({ program }: ProcessNode) => {
    program.signal('SIGKILL');
    await program.becomes('exited', clock, goneWithinMs);
  };
  return {
    lose: async (id) => {
      const node = nodeOf(world, id);
      const { dir } = node.disk;
      if (existsSync(asideOf(dir))) return;
      await end(node);
      await ledger.make(`data ${id}`, { kind: 'data-aside', data: { dir } }, () => renameSync(dir, asideOf(dir)));
      node.writeFiles();
      await node.program.start();
    },
    giveBack: async (id) => {
      const node = nodeOf(world, id);
      if (!existsSync(asideOf(node.disk.dir))) return;
      await end(node);
      await ledger.unmake(`data ${id}`, () => putBack(node.disk.dir));
      await node.program.start();
    },
    probeLost: async (id) => existsSync(asideOf(nodeOf(world, id).disk.dir)),
  };
}

const asideOf = (dir: string): string => `${dir}.aside`;

/** Puts a data folder back in the place of whatever has come there. */
export function putBack(dir: string): void {
  if (!existsSync(asideOf(dir))) return;
  rmSync(dir, { recursive: true, force: true });
  renameSync(asideOf(dir), dir);
}
