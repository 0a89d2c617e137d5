import { z } from 'zod';
import type { Fault } from '../contract.ts';

const params = z.strictObject({
  scheduler: z
    .enum(['balance-leader-scheduler', 'balance-region-scheduler', 'balance-hot-region-scheduler', 'evict-slow-store-scheduler'])
    .default('balance-leader-scheduler')
    .describe('the PD scheduler that is taken away'),
});

/** One of PD's default schedulers is removed, as by a forgotten maintenance step. Reverting adds it again. */
export const schedulerRemoved: Fault<'config', z.infer<typeof params>> = {
  kind: 'scheduler-removed',
  title: 'A PD scheduler is removed',
  needs: ['config'],
  params,
  paint: { label: 'scheduler removed', colour: 'teal' },
  inject: ({ config }, _struck, { scheduler }) => config.write(`schedulers/${scheduler}`, null),
  revert: async ({ config }, _struck, { scheduler }) => {
    if ((await config.read(`schedulers/${scheduler}`)) === null) await config.write(`schedulers/${scheduler}`, true);
  },
  witness: async ({ config }, _struck, { scheduler }) => {
    const present = (await config.read(`schedulers/${scheduler}`)) !== null;
    return { bites: !present, measured: `${scheduler} is ${present ? 'still listed' : 'not listed'} by PD` };
  },
};
