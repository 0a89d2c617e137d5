import { z } from 'zod';
import type { NodeId } from '../../clusters/contract.ts';
import type { Fault } from '../contract.ts';

const keyOf = (node: NodeId): string => `schedulers/evict-leader-scheduler-${node}`;

/** A drain that was never ended: PD's evict-leader-scheduler is added for a healthy store. Reverting removes it. */
export const evictLeaderLeftBehind: Fault<'config', Record<string, never>> = {
  kind: 'evict-leader-left-behind',
  title: 'A store is drained of leaders and forgotten',
  needs: ['config'],
  params: z.strictObject({}),
  paint: { label: 'leaders kept off', colour: 'teal' },
  inject: async ({ config }, struck) => {
    for (const node of struck) await config.write(keyOf(node), true);
  },
  revert: async ({ config }, struck) => {
    for (const node of struck) if ((await config.read(keyOf(node))) !== null) await config.write(keyOf(node), null);
  },
  witness: async ({ config }, struck) => {
    const listed = await Promise.all(struck.map(async (node) => (await config.read(keyOf(node))) !== null));
    return { bites: listed.length > 0 && listed.every(Boolean), measured: struck.map((node, at) => `leaders are ${listed[at] ? 'kept off' : 'allowed on'} ${node}`).join(', ') };
  },
};
