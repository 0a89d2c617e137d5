import { z } from 'zod';
import type { Fault } from './contract.ts';

/** A disk completes nothing and refuses nothing, as a volume whose storage is gone. Reverting completes what waited. */
export const diskStall: Fault<'stall', Record<string, never>> = {
  kind: 'disk-stall',
  title: 'A disk hangs',
  needs: ['stall'],
  params: z.strictObject({}),
  paint: { label: 'disk hangs', colour: 'violet' },
  inject: async ({ stall }, struck) => {
    for (const node of struck) await stall.hang(node);
  },
  revert: async ({ stall }, struck) => {
    for (const node of struck) await stall.release(node);
  },
  witness: async ({ stall }, struck) => {
    const seen = await Promise.all(struck.map(async (node) => ({ node, completes: await stall.probeCompletes(node) })));
    return {
      bites: seen.length > 0 && seen.every(({ completes }) => !completes),
      measured: seen.map(({ node, completes }) => `a synchronous write on ${node} is ${completes ? 'completed' : 'not completed'}`).join(', '),
    };
  },
};
