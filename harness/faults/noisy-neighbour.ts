import { z } from 'zod';
import type { Fault } from './contract.ts';

const params = z.strictObject({
  cores: z.number().min(0).default(3).describe('cores that it keeps busy'),
  disk: z.number().min(0).lt(1).default(0.95).describe("its part of the disk's bandwidth, e.g. 0.95"),
});

/** A program that is not the database's works on a node's machine. Reverting stops it. */
export const noisyNeighbour: Fault<'neighbour', z.infer<typeof params>> = {
  kind: 'noisy-neighbour',
  title: "Somebody else works on a node's machine",
  needs: ['neighbour'],
  params,
  paint: { label: 'noisy neighbour', colour: 'amber' },
  inject: async ({ neighbour }, struck, { cores, disk }) => {
    for (const node of struck) await neighbour.move(node, { cores, diskShare: disk });
  },
  revert: async ({ neighbour }, struck) => {
    for (const node of struck) await neighbour.leave(node);
  },
  witness: async ({ neighbour }, struck, { cores, disk }) => {
    const seen = await Promise.all(struck.map(async (node) => ({ node, ...(await neighbour.probe(node)) })));
    return {
      bites: seen.length > 0 && cores + disk > 0 && seen.every((each) => each.cores >= cores * 0.8 && each.diskShare >= disk * 0.8),
      measured: seen.map((each) => `another program on the machine of ${each.node} takes ${Math.round(each.cores * 10) / 10} cores and ${Math.round(each.diskShare * 100)} % of the disk`).join(', '),
    };
  },
};
