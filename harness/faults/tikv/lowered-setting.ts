import { z } from 'zod';
import type { NodeId } from '../../clusters/contract.ts';
import { parseSize } from '../../../src/kernel/units.ts';
import type { Witness, World } from '../contract.ts';

/** A parameter that is a size. */
export const sizeParam = z.string().refine((text) => parseSize(text) !== undefined, 'a size such as 10MiB');

const bytesOf = (value: unknown): number => parseSize(String(value)) ?? Infinity;

/** A size among each store's own settings that somebody sets too low, and how that is done, taken back and seen. */
export function loweredSetting(item: string, says: (node: NodeId, value: string) => string) {
  const keyOf = (node: NodeId): string => `tikv/${node}/${item}`;
  return {
    lower: async ({ config }: World<'config'>, struck: readonly NodeId[], size: string): Promise<void> => {
      for (const node of struck) await config.write(keyOf(node), size);
    },
    /** What somebody has raised beyond the usual meanwhile stays. */
    raise: async ({ config }: World<'config'>, struck: readonly NodeId[], usual: string): Promise<void> => {
      for (const node of struck) {
        const now = await config.read(keyOf(node));
        if (now !== null && bytesOf(now) < bytesOf(usual)) await config.write(keyOf(node), usual);
      }
    },
    seen: async ({ config }: World<'config'>, struck: readonly NodeId[], size: string): Promise<Witness> => {
      const values = await Promise.all(struck.map((node) => config.read(keyOf(node))));
      return { bites: values.length > 0 && values.every((value) => value !== null && bytesOf(value) <= bytesOf(size)), measured: struck.map((node, at) => says(node, String(values[at]))).join(', ') };
    },
  };
}
