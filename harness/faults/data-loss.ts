import { z } from 'zod';
import type { Fault } from './contract.ts';

/** A node is started again without what it had on disk, as after a wrong restore or a replaced disk. Reverting puts its data back and starts it with them. */
export const dataLoss: Fault<'data', Record<string, never>> = {
  kind: 'data-loss',
  title: 'A node comes back without its data',
  needs: ['data'],
  params: z.strictObject({}),
  paint: { label: 'without data', colour: 'red' },
  inject: async ({ data }, struck) => {
    for (const node of struck) await data.lose(node);
  },
  revert: async ({ data }, struck) => {
    for (const node of struck) await data.giveBack(node);
  },
  witness: async ({ data }, struck) => {
    const seen = await Promise.all(struck.map(async (node) => ({ node, lost: await data.probeLost(node) })));
    return { bites: seen.length > 0 && seen.every(({ lost }) => lost), measured: seen.map(({ node, lost }) => `the data of ${node} are ${lost ? 'set aside' : 'in their place'}`).join(', ') };
  },
};
