import { z } from 'zod';
import { parseSpan } from '../../src/kernel/units.ts';
import type { Fault } from './contract.ts';

const params = z.strictObject({
  latency: z.string().refine((text) => parseSpan(text) !== undefined, 'a span such as 80ms').default('80ms').describe('added to the writes that are late'),
  share: z.number().gt(0).lt(1).default(0.1).describe('the part of all synchronous writes that is late'),
});

/** A disk answers some writes late and the rest as ever, as one with a failing region or a busy controller does. */
export const diskGray: Fault<'grayDisk', z.infer<typeof params>> = {
  kind: 'disk-gray',
  title: 'A disk is late now and then',
  needs: ['grayDisk'],
  params,
  paint: { label: 'gray disk', colour: 'amber' },
  inject: async ({ grayDisk }, struck, { latency, share }) => {
    for (const node of struck) await grayDisk.slow(node, { addedLatencyMs: parseSpan(latency) ?? 0, share });
  },
  revert: async ({ grayDisk }, struck) => {
    for (const node of struck) await grayDisk.restore(node);
  },
  witness: async ({ grayDisk }, struck, { latency, share }) => {
    // On average a probe waits its share of what was asked for; half of that must be seen.
    const wantedMs = ((parseSpan(latency) ?? 0) * share) / 2;
    const probes = await Promise.all(struck.map(async (node) => ({ node, tookMs: await grayDisk.probeWriteMs(node) })));
    return {
      bites: probes.length > 0 && probes.every(({ tookMs }) => tookMs >= wantedMs),
      measured: probes.map(({ node, tookMs }) => `a synchronous write on ${node} took ${Math.round(tookMs)} ms on average`).join(', '),
    };
  },
};
