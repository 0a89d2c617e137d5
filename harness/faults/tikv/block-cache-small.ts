import { z } from 'zod';
import type { NodeId } from '../../clusters/contract.ts';
import { parseSize } from '../../../src/kernel/units.ts';
import type { Fault } from '../contract.ts';

const size = z.string().refine((text) => parseSize(text) !== undefined, 'a size such as 1MiB');
const params = z.strictObject({
  capacity: size.default('1MiB').describe('how much the block cache may hold'),
  usual: size.default('256MiB').describe('how much it may hold otherwise'),
});

const keyOf = (node: NodeId): string => `tikv/${node}/storage.block-cache.capacity`;
const bytesOf = (value: unknown): number => parseSize(String(value)) ?? Infinity;

/** A store's block cache is made so small that not even indexes and filters fit. Reverting gives it its usual size. */
export const blockCacheSmall: Fault<'config', z.infer<typeof params>> = {
  kind: 'block-cache-small',
  title: "A store's block cache is made tiny",
  needs: ['config'],
  params,
  paint: { label: 'tiny block cache', colour: 'teal' },
  inject: async ({ config }, struck, { capacity }) => {
    for (const node of struck) await config.write(keyOf(node), capacity);
  },
  revert: async ({ config }, struck, { usual }) => {
    for (const node of struck) {
      const now = await config.read(keyOf(node));
      if (now !== null && bytesOf(now) < bytesOf(usual)) await config.write(keyOf(node), usual);
    }
  },
  witness: async ({ config }, struck, { capacity }) => {
    const values = await Promise.all(struck.map((node) => config.read(keyOf(node))));
    return { bites: values.length > 0 && values.every((value) => value !== null && bytesOf(value) <= bytesOf(capacity)), measured: struck.map((node, at) => `the block cache of ${node} may hold ${String(values[at])}`).join(', ') };
  },
};
