import { z } from 'zod';
import type { LoadSpec } from '../clusters/contract.ts';
import type { Fault } from './contract.ts';

const params = z.strictObject({
  times: z.number().positive().default(2).describe('the request rate, as a multiple of the rate that the cluster was started with'),
  reads: z.number().min(0).max(1).optional().describe('the share of reads, 0 to 1; without it, as before'),
  valueBytes: z.number().int().min(1).max(8_388_608).optional().describe('the size of a value; without it, as before'),
  valuesPerWrite: z.number().int().min(1).max(1_024).optional().describe('how many values one write brings; one, where nothing is said. Only the twin has clients that send more'),
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
    const { ratePerSecond, reads, valueBytes, valuesPerWrite } = load.initial();
    const { valuesPerWrite: _, ...rest } = load.current();
    await load.set({ ...rest, ratePerSecond, reads, valueBytes, ...(valuesPerWrite !== undefined && { valuesPerWrite }) });
  },
  witness: async ({ load }, _struck, asked) => {
    const [now, before] = [load.current(), load.initial()];
    return { bites: spell(now) !== spell(before) && spell(now) === spell(changed(before, now, asked)), measured: `clients send ${spell(now)}; at the start ${spell(before)}` };
  },
};

const changed = (initial: LoadSpec, current: LoadSpec, { times, reads = initial.reads, valueBytes = initial.valueBytes, valuesPerWrite = initial.valuesPerWrite }: z.infer<typeof params>): LoadSpec =>
  ({ ...current, ratePerSecond: initial.ratePerSecond * times, reads, valueBytes, ...(valuesPerWrite !== undefined && { valuesPerWrite }) });

const spell = ({ ratePerSecond, reads, valueBytes, valuesPerWrite = 1 }: LoadSpec): string =>
  `${Math.round(ratePerSecond)} requests/s, ${Math.round(reads * 1000) / 10} % reads, values of ${valueBytes} bytes${valuesPerWrite === 1 ? '' : `, ${valuesPerWrite} in a write`}`;
