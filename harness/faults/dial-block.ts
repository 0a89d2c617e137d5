import { z } from 'zod';
import type { Fault } from './contract.ts';

const params = z.strictObject({
  direction: z.enum(['outgoing', 'incoming']).default('outgoing').describe('whose connections are refused: those that the node dials to its peers, or those that they dial to it'),
});

/** A firewall drops what one side dials and lets pass what the other side dials. Reverting takes the rule away. */
export const dialBlock: Fault<'firewall', z.infer<typeof params>> = {
  kind: 'dial-block',
  title: 'A node is cut off one way',
  needs: ['firewall'],
  params,
  paint: { label: 'one way', colour: 'violet' },
  inject: async ({ firewall }, struck, { direction }) => {
    for (const node of struck) await firewall.block(node, direction);
  },
  revert: async ({ firewall }, struck) => {
    for (const node of struck) await firewall.open(node);
  },
  witness: async ({ firewall }, struck, { direction }) => {
    const seen = await Promise.all(struck.map(async (node) => ({ node, blocked: await firewall.probeBlocked(node) })));
    return {
      bites: seen.length > 0 && seen.every(({ blocked }) => blocked.includes(direction)),
      measured: seen.map(({ node, blocked }) => `${blocked.join(' and ') || 'no'} connections of ${node} cannot be made`).join(', '),
    };
  },
};
