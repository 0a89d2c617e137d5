import { z } from 'zod';
import type { Fault } from '../contract.ts';
import { loweredSetting, sizeParam } from './lowered-setting.ts';

const params = z.strictObject({
  capacity: sizeParam.default('1MiB').describe('how much the block cache may hold'),
  usual: sizeParam.default('256MiB').describe('how much it may hold otherwise'),
});

const setting = loweredSetting('storage.block-cache.capacity', (node, value) => `the block cache of ${node} may hold ${value}`);

/** A store's block cache is made so small that not even indexes and filters fit. Reverting gives it what is called usual. */
export const blockCacheSmall: Fault<'config', z.infer<typeof params>> = {
  kind: 'block-cache-small',
  title: "A store's block cache is made tiny",
  needs: ['config'],
  params,
  paint: { label: 'tiny block cache', colour: 'teal' },
  inject: (world, struck, { capacity }) => setting.lower(world, struck, capacity),
  revert: (world, struck, { usual }) => setting.raise(world, struck, usual),
  witness: (world, struck, { capacity }) => setting.seen(world, struck, capacity),
};
