import { z } from 'zod';
import { parseSpan } from '../../src/kernel/units.ts';
import type { Fault } from './contract.ts';

const params = z.strictObject({
  by: z.string().refine((text) => parseSpan(text) !== undefined, 'a span such as 60s').default('60s').describe('how far the clock is put off'),
  direction: z.enum(['back', 'forward']).default('back').describe('behind the others or ahead of them'),
});
type Params = z.infer<typeof params>;

const offsetMs = ({ by, direction }: Params): number => (parseSpan(by) ?? 0) * (direction === 'back' ? -1 : 1);

/** A node's wall clock is stepped away from the true time. Reverting sets it right, which is a step too. */
export const clockSkew: Fault<'clock', Params> = {
  kind: 'clock-skew',
  title: 'A clock is wrong',
  needs: ['clock'],
  params,
  paint: { label: 'skewed time', colour: 'amber' },
  inject: async ({ clock }, struck, asked) => {
    for (const node of struck) await clock.step(node, offsetMs(asked));
  },
  revert: async ({ clock }, struck) => {
    for (const node of struck) await clock.step(node, 0);
  },
  witness: async ({ clock }, struck, asked) => {
    const seen = await Promise.all(struck.map(async (node) => ({ node, ms: await clock.probeOffsetMs(node) })));
    const wanted = offsetMs(asked);
    return {
      bites: seen.length > 0 && wanted !== 0 && seen.every(({ ms }) => ms / wanted >= 0.9),
      measured: seen.map(({ node, ms }) => `the clock of ${node} is ${Math.abs(ms) / 1_000} s ${ms < 0 ? 'behind' : 'ahead'}`).join(', '),
    };
  },
};
