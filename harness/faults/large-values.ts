import { z } from 'zod';
import { parseSize } from '../../src/kernel/units.ts';
import type { LoadSpec } from '../clusters/contract.ts';
import type { Fault } from './contract.ts';

const params = z.strictObject({
  share: z.number().gt(0).lte(1).default(0.05).describe('the part of the writes that becomes large'),
  size: z.string().refine((text) => parseSize(text) !== undefined, 'a size such as 2MiB').default('2MiB').describe('how large their values are; leaders refuse what no raft entry can hold, 8 MiB'),
});

/** A part of the writes carries large values, as when somebody stores documents or images. The request rate stays. Reverting gives back the load that the cluster was started with. */
export const largeValues: Fault<'load', z.infer<typeof params>> = {
  kind: 'large-values',
  title: 'Some values become large',
  needs: ['load'],
  params,
  paint: { label: 'large values', colour: 'amber' },
  inject: async ({ load }, _struck, { share, size }) => load.set({ ...load.current(), large: { share, valueBytes: parseSize(size) ?? 0 } }),
  revert: async ({ load }) => {
    const { large: _large, ...rest } = load.current();
    const { large } = load.initial();
    await load.set({ ...rest, ...(large !== undefined && { large }) });
  },
  witness: async ({ load }, _struck, { share }) => {
    const now = load.current();
    return { bites: (now.large?.share ?? 0) >= share, measured: spell(now) };
  },
};

const spell = ({ large, valueBytes }: LoadSpec): string => `values of ${valueBytes} bytes${large ? `, and of ${large.valueBytes} bytes in ${Math.round(large.share * 1000) / 10} % of the writes` : ''}`;
