import { z } from 'zod';
import type { Json } from '../../../src/kernel/json.ts';
import type { Fault } from '../contract.ts';

const key = 'schedule/store-limit';
/** What PD gives every store by itself. */
const usualPerMinute = 15;

type Limits = Readonly<Record<string, Readonly<Record<string, number>>>>;

const limitsOf = (value: Json): Limits => (value ?? {}) as Limits;
const allAt = (limits: Limits, perMinute: number): Record<string, Record<string, number>> =>
  Object.fromEntries(Object.entries(limits).map(([store, moves]) => [store, Object.fromEntries(Object.keys(moves).map((move) => [move, perMinute]))]));

/** Every store's limit on moving replicas is set to nothing, as for a night of maintenance. Reverting sets PD's usual value. */
export const storeLimitZero: Fault<'config', Record<string, never>> = {
  kind: 'store-limit-zero',
  title: 'No store may give or take a replica',
  needs: ['config'],
  params: z.strictObject({}),
  paint: { label: 'store limit 0', colour: 'teal' },
  inject: async ({ config }) => config.write(key, allAt(limitsOf(await config.read(key)), 0)),
  revert: async ({ config }) => {
    const limits = limitsOf(await config.read(key));
    if (Object.values(limits).some((moves) => Object.values(moves).includes(0))) await config.write(key, allAt(limits, usualPerMinute));
  },
  witness: async ({ config }) => {
    const values = Object.values(limitsOf(await config.read(key))).flatMap((moves) => Object.values(moves));
    return { bites: values.length > 0 && values.every((value) => value === 0), measured: `PD lets stores move ${values.join(', ')} replicas a minute` };
  },
};
