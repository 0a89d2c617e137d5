import { z } from 'zod';
import { hotKinds } from '../clusters/contract.ts';

/** The traffic, as it is told to the generator's program. */
export const loadSchema = z.object({
  shape: z.enum(['mixed', 'idle']),
  ratePerSecond: z.number().nonnegative(),
  reads: z.number().min(0).max(1),
  keys: z.enum(['uniform', 'zipfian']),
  valueBytes: z.number().int().nonnegative(),
  large: z.object({ share: z.number(), valueBytes: z.number().int().positive() }).optional(),
  hot: z.object({ of: z.enum(hotKinds), share: z.number(), at: z.number() }).optional(),
});

/** One line to the generator's program: begin, or change. Its end of input is its end. */
export const orderSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), subject: z.string(), endpoints: z.array(z.string()), seed: z.number(), load: loadSchema }),
  z.object({ kind: z.literal('set'), load: loadSchema }),
]);

/** One line to the generator's program. */
export type Order = z.infer<typeof orderSchema>;

const kind = z.object({ ok: z.number(), failed: z.number(), p50Ms: z.number().optional(), p99Ms: z.number().optional() });

/** One second as it stands in a line of JSON, on the wire and in a bundle. */
export const secondSchema = z.object({
  atMs: z.number(),
  ok: z.number(),
  errors: z.record(z.string(), z.number()),
  retries: z.number(),
  p50Ms: z.number().optional(),
  p99Ms: z.number().optional(),
  inFlight: z.number().optional(),
  lateMs: z.number().optional(),
  kinds: z.record(z.string(), kind).optional(),
});

/** One line from the generator's program. */
export const newsSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('failed'), failure: z.object({ code: z.string(), because: z.string(), advice: z.string().optional() }) }),
  z.object({ kind: z.literal('second'), second: secondSchema }),
]);

/** One line from the generator's program. */
export type News = z.infer<typeof newsSchema>;
