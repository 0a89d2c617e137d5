import { z } from 'zod';
import type { Fault } from '../contract.ts';

const params = z.strictObject({
  label: z.string().default('zone').describe('the store label that the rule looks at'),
  value: z.string().default('archive').describe('what it must be; no store carries it'),
  replicas: z.number().int().min(1).max(5).default(1).describe('how many more replicas of every region are asked for'),
});

const key = 'rules/dr/archive-copy';

/** A placement rule asks for more replicas, on stores with a label that none carries. Reverting takes the rule away. */
export const placementRuleAdded: Fault<'config', z.infer<typeof params>> = {
  kind: 'placement-rule-added',
  title: 'A rule asks for replicas that no store may take',
  needs: ['config'],
  params,
  paint: { label: 'rule without a store', colour: 'teal' },
  inject: ({ config }, _struck, { label, value, replicas }) =>
    config.write(key, { role: 'follower', count: replicas, start_key: '', end_key: '', label_constraints: [{ key: label, op: 'in', values: [value] }] }),
  revert: async ({ config }) => {
    if ((await config.read(key)) !== null) await config.write(key, null);
  },
  witness: async ({ config }) => {
    const there = (await config.read(key)) !== null;
    return { bites: there, measured: `the rule is ${there ? 'in force' : 'not there'}` };
  },
};
