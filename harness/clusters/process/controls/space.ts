import { existsSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { SpaceControl } from '../../contract.ts';
import { command } from '../command.ts';
import { nodeOf, type ProcessWorld } from '../node.ts';

/** A file that is not the database's, on the node's own disk. */
export function spaceControl(world: ProcessWorld): SpaceControl {
  const { ledger } = world;
  const rootOf = (id: string) => nodeOf(world, id).disk.root;
  const fillerOf = (id: string) => join(rootOf(id), 'filler');
  return {
    fill: async (id, freeShare) => {
      const file = fillerOf(id);
      rmSync(file, { force: true });
      const { blocks, bavail, bsize } = statfsSync(rootOf(id));
      const fillBytes = Math.floor(bavail - freeShare * blocks) * bsize;
      if (fillBytes <= 0) return;
      await ledger.make(`filler ${id}`, { kind: 'filler-file', data: { file } }, async () => void (await command(['fallocate', '-l', String(fillBytes), file], { run: ledger.run })));
    },
    free: async (id) => {
      const file = fillerOf(id);
      await ledger.unmake(`filler ${id}`, () => (existsSync(file) ? rmSync(file) : undefined));
    },
    probeFreeShare: async (id) => {
      const { blocks, bavail } = statfsSync(rootOf(id));
      return bavail / blocks;
    },
  };
}
