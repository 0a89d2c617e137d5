import { z } from 'zod';
import { parseSize } from '../../src/kernel/units.ts';
import type { Fault } from './contract.ts';

const params = z.strictObject({
  limit: z
    .string()
    .refine((text) => parseSize(text) !== undefined, 'a size such as 64MiB')
    .default('64MiB')
    .describe('what the node may hold; where it wants more, the kernel kills it'),
});

/** A node may hold too little memory. Reverting lifts the limit and starts what the kernel killed. */
export const memoryLimit: Fault<'memory' | 'process', z.infer<typeof params>> = {
  kind: 'memory-limit',
  title: 'A node gets little memory',
  needs: ['memory', 'process'],
  params,
  paint: { label: 'little memory', colour: 'amber' },
  inject: async ({ memory }, struck, { limit }) => {
    for (const node of struck) await memory.limit(node, parseSize(limit) ?? 0);
  },
  revert: async ({ memory, process }, struck) => {
    for (const node of struck) {
      await memory.restore(node);
      if ((await process.state(node)) === 'exited') await process.start(node);
    }
  },
  witness: async ({ memory }, struck, { limit }) => {
    const seen = await Promise.all(struck.map(async (node) => ({ node, bytes: await memory.probeLimitBytes(node) })));
    return {
      bites: seen.length > 0 && seen.every(({ bytes }) => bytes <= (parseSize(limit) ?? 0)),
      measured: seen.map(({ node, bytes }) => `${node} may hold ${Number.isFinite(bytes) ? `${Math.round(bytes / 1024 / 1024)} MiB` : 'all memory'}`).join(', '),
    };
  },
};
