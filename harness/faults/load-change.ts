import { z } from 'zod';
import type { Fault } from './contract.ts';

const params = z.strictObject({
  times: z.number().positive().default(2).describe('the request rate, as a multiple of the rate that the cluster was started with'),
});

/** Clients send more than before, or less. Reverting gives back the load that the cluster was started with. */
export const loadChange: Fault<'load', z.infer<typeof params>> = {
  kind: 'load-change',
  title: 'Clients change their request rate',
  needs: ['load'],
  params,
  paint: { label: 'other load', colour: 'amber' },
  inject: async ({ load }, _struck, { times }) => load.set({ ...load.current(), ratePerSecond: load.initial().ratePerSecond * times }),
  revert: async ({ load }) => load.set({ ...load.current(), ratePerSecond: load.initial().ratePerSecond }),
  witness: async ({ load }, _struck, { times }) => {
    const [now, before] = [load.current().ratePerSecond, load.initial().ratePerSecond];
    return { bites: Math.abs(now - before * times) < before * 0.01 && now !== before, measured: `clients send ${now} requests/s, ${before} at the start` };
  },
};
