import { z } from 'zod';
import type { Fault } from './contract.ts';

const params = z.strictObject({
  free: z.number().min(0).lt(1).default(0.1).describe('the share of the disk that is left, e.g. 0.1 for a tenth; 0 leaves nothing'),
});

/** Something that is not the database fills a disk. Reverting deletes those files and starts a program that has ended over it. */
export const diskFill: Fault<'space' | 'process', z.infer<typeof params>> = {
  kind: 'disk-fill',
  title: 'A disk fills up',
  needs: ['space', 'process'],
  params,
  paint: { label: 'disk filled', colour: 'amber' },
  inject: async ({ space }, struck, { free }) => {
    for (const node of struck) await space.fill(node, free);
  },
  revert: async ({ space, process }, struck) => {
    for (const node of struck) {
      await space.free(node);
      if ((await process.state(node)) === 'exited') await process.start(node);
    }
  },
  witness: async ({ space }, struck, { free }) => {
    const left = await Promise.all(struck.map(async (node) => ({ node, share: await space.probeFreeShare(node) })));
    return {
      bites: left.length > 0 && left.every(({ share }) => share <= free * 1.05 + 0.001),
      measured: left.map(({ node, share }) => `${Math.round(share * 1000) / 10} % of the disk of ${node} is free`).join(', '),
    };
  },
};
