import { z } from 'zod';
import type { CutFrom } from '../clusters/contract.ts';
import type { Fault } from './contract.ts';

const parts = {
  full: ['peers', 'control-plane', 'clients'],
  'peers-only': ['peers'],
  'control-plane-only': ['control-plane'],
  'clients-only': ['clients'],
} as const satisfies Record<string, readonly CutFrom[]>;

const params = z.strictObject({
  scope: z.enum(['full', 'peers-only', 'control-plane-only', 'clients-only']).default('full').describe('whom the node is cut off from; monitoring still reaches it'),
  direction: z.enum(['both', 'incoming', 'outgoing']).default('both').describe('which packets are dropped, seen from the node'),
});

/** Packets between one node and others are dropped without a word, both ways or one way. Reverting lets them through. */
export const networkPartition: Fault<'network', z.infer<typeof params>> = {
  kind: 'network-partition',
  title: 'A node is cut off',
  needs: ['network'],
  params,
  paint: { label: 'cut off', colour: 'violet' },
  inject: async ({ network }, struck, { scope, direction }) => {
    for (const node of struck) await network.cut(node, parts[scope], direction);
  },
  revert: async ({ network }, struck) => {
    for (const node of struck) await network.heal(node);
  },
  witness: async ({ network }, struck, { scope }) => {
    const lost = await Promise.all(struck.map(async (node) => ({ node, from: await network.probeLost(node) })));
    const spelt = lost.map(({ node, from }) => `packets between ${node} and ${from.join(', ') || 'nobody'} are lost`);
    return { bites: lost.length > 0 && lost.every(({ from }) => parts[scope].every((part) => from.includes(part))), measured: spelt.join('; ') };
  },
};
