import { z } from 'zod';
import type { Fault } from '../contract.ts';

const [size, keys] = ['schedule/max-merge-region-size', 'schedule/max-merge-region-keys'];
const params = z.strictObject({
  sizeMib: z.number().int().min(1).max(256).default(54).describe('regions of at most so many MiB give way to a neighbour'),
});

/** PD is told to merge small regions, as after a clean-up of old data. Reverting tells it to leave them; what has merged stays so. */
export const mergingOn: Fault<'config', z.infer<typeof params>> = {
  kind: 'merging-on',
  title: 'PD merges small regions',
  needs: ['config'],
  params,
  paint: { label: 'regions merge', colour: 'teal' },
  inject: async ({ config }, _struck, { sizeMib }) => {
    await config.write(size, sizeMib);
    // Of keys there may be ten thousand a mebibyte, unless it was said otherwise.
    if (Number(await config.read(keys)) !== 0) await config.write(keys, sizeMib * 10_000);
  },
  revert: async ({ config }) => {
    if (Number(await config.read(size)) !== 0) await config.write(size, 0);
  },
  witness: async ({ config }) => {
    const mib = Number(await config.read(size));
    return { bites: mib > 0, measured: `PD merges regions of at most ${mib} MiB` };
  },
};
