import { z } from 'zod';
import { parseSpan } from '../../src/kernel/units.ts';
import type { Fault } from './contract.ts';

const span = z.string().refine((text) => parseSpan(text) !== undefined, 'a span such as 80ms');
const params = z.strictObject({
  delay: span.default('80ms').describe('how much later everything arrives that the node sends'),
  jitter: span.optional().describe('by how much the delay varies, up and down'),
});

/** Everything that a node sends arrives late, and nothing gets lost. Reverting gives back the plain link. */
export const networkDelay: Fault<'links', z.infer<typeof params>> = {
  kind: 'network-delay',
  title: 'A link becomes slow',
  needs: ['links'],
  params,
  paint: { label: 'late packets', colour: 'teal' },
  inject: async ({ links }, struck, { delay, jitter }) => {
    const by = { delayMs: parseSpan(delay) ?? 0, ...(jitter !== undefined && { jitterMs: parseSpan(jitter) ?? 0 }) };
    for (const node of struck) await links.impair(node, by);
  },
  revert: async ({ links }, struck) => {
    for (const node of struck) await links.restore(node);
  },
  witness: async ({ links }, struck, { delay }) => {
    const seen = await Promise.all(struck.map(async (node) => ({ node, tookMs: (await links.probe(node)).roundTripMs })));
    // Of the two ways of a round trip, one is late.
    const wantedMs = (parseSpan(delay) ?? 0) * 0.8;
    return {
      bites: seen.length > 0 && seen.every(({ tookMs }) => tookMs >= wantedMs),
      measured: seen.map(({ node, tookMs }) => `a round trip to ${node} took ${Math.round(tookMs)} ms`).join(', '),
    };
  },
};
