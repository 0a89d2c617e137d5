import { z } from 'zod';
import { parseSpan } from '../../src/kernel/units.ts';
import type { Fault } from './contract.ts';

const params = z.strictObject({
  latency: z
    .string()
    .refine((text) => parseSpan(text) !== undefined, 'a span such as 80ms')
    .default('80ms')
    .describe('added to every synchronous write'),
  writesPerSecond: z.number().int().positive().optional().describe('at most so many writes a second'),
});

/** A disk answers late: every synchronous write takes longer, as behind a throttled or failing device. */
export const diskSlow: Fault<'disk', z.infer<typeof params>> = {
  kind: 'disk-slow',
  title: 'A disk becomes slow',
  needs: ['disk'],
  params,
  paint: { label: 'slow disk', colour: 'amber' },
  inject: async ({ disk }, struck, { latency, writesPerSecond }) => {
    const limits = { addedLatencyMs: parseSpan(latency) ?? 0, ...(writesPerSecond === undefined ? {} : { writesPerSecondMax: writesPerSecond }) };
    for (const node of struck) await disk.slow(node, limits);
  },
  revert: async ({ disk }, struck) => {
    for (const node of struck) await disk.restore(node);
  },
  witness: async ({ disk }, struck, { latency, writesPerSecond }) => {
    // A probe must see at least half of what was asked for; a write limit alone shows as waiting between writes.
    const wantedMs = Math.max(parseSpan(latency) ?? 0, writesPerSecond === undefined ? 0 : 1000 / writesPerSecond) / 2;
    const probes = await Promise.all(struck.map(async (node) => ({ node, tookMs: await disk.probeWriteMs(node) })));
    return {
      bites: probes.length > 0 && probes.every(({ tookMs }) => tookMs >= wantedMs),
      measured: probes.map(({ node, tookMs }) => `a synchronous write on ${node} took ${Math.round(tookMs)} ms`).join(', '),
    };
  },
};
