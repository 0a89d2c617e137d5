import { z } from 'zod';
import type { NodeId } from '../../clusters/contract.ts';
import type { Fault } from '../contract.ts';

const keyOf = (node: NodeId): string => `stores/${node}`;

/** A store is told to leave the cluster, as when it is scaled in. Reverting calls it back, unless it has left already. */
export const storeLeaving: Fault<'config', Record<string, never>> = {
  kind: 'store-leaving',
  title: 'A store is told to leave',
  needs: ['config'],
  params: z.strictObject({}),
  paint: { label: 'leaving', colour: 'slate' },
  inject: async ({ config }, struck) => {
    for (const node of struck) await config.write(keyOf(node), 'Offline');
  },
  revert: async ({ config }, struck) => {
    for (const node of struck) if ((await config.read(keyOf(node))) === 'Offline') await config.write(keyOf(node), 'Up');
  },
  witness: async ({ config }, struck) => {
    const states = await Promise.all(struck.map((node) => config.read(keyOf(node))));
    return { bites: states.length > 0 && states.every((state) => state === 'Offline' || state === 'Tombstone'), measured: struck.map((node, at) => `PD calls ${node} ${String(states[at])}`).join(', ') };
  },
};
