import { z } from 'zod';
import type { NodeId } from '../../clusters/contract.ts';
import { parseSize } from '../../../src/kernel/units.ts';
import type { Fault } from '../contract.ts';

const size = z.string().refine((text) => parseSize(text) !== undefined, 'a size such as 10MiB');
const params = z.strictObject({
  limit: size.default('8MiB').describe('what flushes and compactions may write in a second'),
  usual: size.default('10GiB').describe('what they may write otherwise'),
});

const keyOf = (node: NodeId): string => `tikv/${node}/rocksdb.rate-bytes-per-sec`;
const bytesOf = (value: unknown): number => parseSize(String(value)) ?? Infinity;

/** A store's engine may write only so much in the background, as where somebody protects a shared disk. Reverting gives it its usual limit. */
export const ioLimitLow: Fault<'config', z.infer<typeof params>> = {
  kind: 'io-limit-low',
  title: "A store's limit for writes in the background is set low",
  needs: ['config'],
  params,
  paint: { label: 'low write limit', colour: 'teal' },
  inject: async ({ config }, struck, { limit }) => {
    for (const node of struck) await config.write(keyOf(node), limit);
  },
  revert: async ({ config }, struck, { usual }) => {
    for (const node of struck) {
      const now = await config.read(keyOf(node));
      if (now !== null && bytesOf(now) < bytesOf(usual)) await config.write(keyOf(node), usual);
    }
  },
  witness: async ({ config }, struck, { limit }) => {
    const values = await Promise.all(struck.map((node) => config.read(keyOf(node))));
    return { bites: values.length > 0 && values.every((value) => value !== null && bytesOf(value) <= bytesOf(limit)), measured: struck.map((node, at) => `flushes and compactions of ${node} may write ${String(values[at])} a second`).join(', ') };
  },
};
