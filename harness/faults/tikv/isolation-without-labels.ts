import { z } from 'zod';
import type { Fault } from '../contract.ts';

const params = z.strictObject({ label: z.string().default('zone').describe('the store label by which replicas are to be kept apart; no store carries it') });

const labelsKey = 'replication/location-labels';
const levelKey = 'replication/isolation-level';

/** PD is told to keep replicas apart by a label that no store carries, so every store is the same place. Reverting takes both settings back. */
export const isolationWithoutLabels: Fault<'config', z.infer<typeof params>> = {
  kind: 'isolation-without-labels',
  title: 'Replicas are to be kept apart by a label that no store has',
  needs: ['config'],
  params,
  paint: { label: 'isolation without labels', colour: 'teal' },
  // PD takes a level only from among the labels that it knows.
  inject: async ({ config }, _struck, { label }) => {
    await config.write(labelsKey, label);
    await config.write(levelKey, label);
  },
  revert: async ({ config }) => {
    for (const key of [levelKey, labelsKey]) if (((await config.read(key)) ?? '') !== '') await config.write(key, '');
  },
  witness: async ({ config }, _struck, { label }) => {
    const level = await config.read(levelKey);
    return { bites: level === label, measured: `PD keeps replicas apart by ${level === '' || level === null ? 'nothing' : String(level)}` };
  },
};
