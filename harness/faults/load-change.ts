import { z } from 'zod';
import type { LoadSpec } from '../clusters/contract.ts';
import type { Fault } from './contract.ts';

const params = z.strictObject({
  times: z.number().positive().default(2).describe('the request rate, as a multiple of the rate that the cluster was started with'),
  reads: z.number().min(0).max(1).optional().describe('the share of reads, 0 to 1; without it, as before'),
  valueBytes: z.number().int().min(1).max(8_388_608).optional().describe('the size of a value; without it, as before'),
});

/** Clients send more than before, or less, or other requests. Reverting gives back the load that the cluster was started with. */
export const loadChange: Fault<'load', z.infer<typeof params>> = {
  kind: 'load-change',
  title: 'Clients change their request rate',
  needs: ['load'],
  params,
  paint: { label: 'other load', colour: 'amber' },
  inject: async ({ load }, _struck, asked) => load.set(changed(load.initial(), load.current(), asked)),
  revert: async ({ load }) => {
    const { ratePerSecond, reads, valueBytes } = load.initial();
    await load.set({ ...load.current(), ratePerSecond, reads, valueBytes });
  },
  witness: async ({ load }, _struck, asked) => {
    const [now, before] = [load.current(), load.initial()];
    return { bites: spell(now) !== spell(before) && spell(now) === spell(changed(before, now, asked)), measured: `clients send ${spell(now)}; at the start ${spell(before)}` };
  },
};

const changed = (initial: LoadSpec, current: LoadSpec, { times, reads = initial.reads, valueBytes = initial.valueBytes }: z.infer<typeof params>): LoadSpec =>
  ({ ...current, ratePerSecond: initial.ratePerSecond * times, reads, valueBytes });

const spell = ({ ratePerSecond, reads, valueBytes }: LoadSpec): string => `${Math.round(ratePerSecond)} requests/s, ${Math.round(reads * 1000) / 10} % reads, values of ${valueBytes} bytes`;
