import { z } from 'zod';
import type { Fault } from '../contract.ts';
import { loweredSetting, sizeParam } from './lowered-setting.ts';

const params = z.strictObject({
  limit: sizeParam.default('8MiB').describe('what flushes and compactions may write in a second'),
  usual: sizeParam.default('10GiB').describe('what they may write otherwise'),
});

const setting = loweredSetting('rocksdb.rate-bytes-per-sec', (node, value) => `flushes and compactions of ${node} may write ${value} a second`);

/** A store's engine may write only so much in the background, as where somebody protects a shared disk. Reverting gives it what is called usual. */
export const ioLimitLow: Fault<'config', z.infer<typeof params>> = {
  kind: 'io-limit-low',
  title: "A store's limit for writes in the background is set low",
  needs: ['config'],
  params,
  paint: { label: 'low write limit', colour: 'teal' },
  inject: (world, struck, { limit }) => setting.lower(world, struck, limit),
  revert: (world, struck, { usual }) => setting.raise(world, struck, usual),
  witness: (world, struck, { limit }) => setting.seen(world, struck, limit),
};
