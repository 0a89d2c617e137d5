import { z } from 'zod';
import type { Fault } from './contract.ts';

const params = z.strictObject({
  cores: z.number().positive().default(0.1).describe('cores that are left, e.g. 0.1 for a tenth of one'),
});

/** A quota leaves a node too little CPU: its threads run in short slices and wait in between. */
export const cpuThrottle: Fault<'cpu', z.infer<typeof params>> = {
  kind: 'cpu-throttle',
  title: 'A node gets little CPU',
  needs: ['cpu'],
  params,
  paint: { label: 'throttled', colour: 'amber' },
  inject: async ({ cpu }, struck, { cores }) => {
    for (const node of struck) await cpu.throttle(node, cores);
  },
  revert: async ({ cpu }, struck) => {
    for (const node of struck) await cpu.restore(node);
  },
  witness: async ({ cpu }, struck, { cores }) => {
    const got = await Promise.all(struck.map(async (node) => ({ node, cores: await cpu.probeCores(node) })));
    return {
      bites: got.length > 0 && got.every((each) => each.cores <= cores * 1.2),
      measured: got.map((each) => `a busy loop on ${each.node} got ${Math.round(each.cores * 100) / 100} cores`).join(', '),
    };
  },
};
