import { z } from 'zod';
import { hotKinds } from '../clusters/contract.ts';
import type { Fault } from './contract.ts';

const params = z.strictObject({
  of: z.enum(hotKinds).default('writes').describe('which requests turn to few keys'),
  share: z.number().gt(0).lte(1).default(0.9).describe('the part of them that does'),
  at: z.number().min(0).lt(1).default(0.51).describe('where in the key space these keys are, 0 to 1'),
});

/** Clients turn to a few neighbouring keys, which live in one region. Reverting gives back the load that the cluster was started with. */
export const hotKeys: Fault<'load', z.infer<typeof params>> = {
  kind: 'hot-keys',
  title: 'Clients turn to a few keys',
  needs: ['load'],
  params,
  paint: { label: 'hot keys', colour: 'amber' },
  inject: async ({ load }, _struck, hot) => load.set({ ...load.current(), hot }),
  revert: async ({ load }) => {
    const { hot: _hot, ...rest } = load.current();
    const { hot } = load.initial();
    await load.set({ ...rest, ...(hot !== undefined && { hot }) });
  },
  witness: async ({ load }, _struck, { of, share }) => {
    const { hot } = load.current();
    const part = hot?.of === of ? hot.share : 0;
    return { bites: part >= share, measured: `the clients send ${Math.round(part * 100)} % of their ${of === 'all' ? 'requests' : of} to one place of the key space` };
  },
};
