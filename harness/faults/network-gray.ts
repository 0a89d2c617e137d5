import { z } from 'zod';
import { parseSpan } from '../../src/kernel/units.ts';
import type { Fault } from './contract.ts';

const params = z.strictObject({
  delay: z.string().refine((text) => parseSpan(text) !== undefined, 'a span such as 150ms').default('150ms').describe('how much later those packets arrive'),
  share: z.number().gt(0).lt(1).default(0.1).describe('the part of what the node sends that is late'),
});

/** A link is late with some of what a node sends and quick with the rest, as one path of several that is overfull. Reverting gives back the plain link. */
export const networkGray: Fault<'grayLink', z.infer<typeof params>> = {
  kind: 'network-gray',
  title: 'A link is late now and then',
  needs: ['grayLink'],
  params,
  paint: { label: 'gray link', colour: 'teal' },
  inject: async ({ grayLink }, struck, { delay, share }) => {
    for (const node of struck) await grayLink.impair(node, { delayMs: parseSpan(delay) ?? 0, share });
  },
  revert: async ({ grayLink }, struck) => {
    for (const node of struck) await grayLink.restore(node);
  },
  witness: async ({ grayLink }, struck, { delay, share }) => {
    // On average a probe waits its share of what was asked for; half of that must be seen.
    const wantedMs = ((parseSpan(delay) ?? 0) * share) / 2;
    const probes = await Promise.all(struck.map(async (node) => ({ node, tookMs: await grayLink.probeMs(node) })));
    return {
      bites: probes.length > 0 && probes.every(({ tookMs }) => tookMs >= wantedMs),
      measured: probes.map(({ node, tookMs }) => `a round trip to ${node} took ${Math.round(tookMs)} ms on average`).join(', '),
    };
  },
};
