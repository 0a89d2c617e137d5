import { z } from 'zod';
import type { Fault } from './contract.ts';

const params = z.strictObject({
  share: z.number().gt(0).lte(1).default(0.3).describe('the part of its packets that is lost, e.g. 0.3'),
});

/** Some of what a node sends never arrives. Reverting gives back the plain link. */
export const networkLoss: Fault<'links', z.infer<typeof params>> = {
  kind: 'network-loss',
  title: 'A link loses packets',
  needs: ['links'],
  params,
  paint: { label: 'lost packets', colour: 'teal' },
  inject: async ({ links }, struck, { share }) => {
    for (const node of struck) await links.impair(node, { lossShare: share });
  },
  revert: async ({ links }, struck) => {
    for (const node of struck) await links.restore(node);
  },
  witness: async ({ links }, struck, { share }) => {
    const seen = await Promise.all(struck.map(async (node) => ({ node, lost: (await links.probe(node)).lostShare })));
    return {
      // Probes are few, so half of what is expected must do.
      bites: seen.length > 0 && seen.every(({ lost }) => lost >= share / 2),
      measured: seen.map(({ node, lost }) => `${Math.round(lost * 100)} % of the probes to ${node} came back late or never`).join(', '),
    };
  },
};
