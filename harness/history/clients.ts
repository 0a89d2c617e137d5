import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { z } from 'zod';
import { canonicalJson } from '../../src/kernel/json.ts';

/** The clients' own record in a bundle: outside `incident/`, for impact and fidelity. Absent where the lab did not load a real cluster. */
export const clientsFile = 'client.jsonl.br';

const kindRow = z.object({ ok: z.number(), failed: z.number(), p50Ms: z.number().optional(), p99Ms: z.number().optional() });

const rowSchema = z.object({
  atMs: z.number(),
  ok: z.number(),
  errors: z.record(z.string(), z.number()),
  retries: z.number(),
  p50Ms: z.number().optional(),
  p99Ms: z.number().optional(),
  inFlight: z.number().optional(),
  lateMs: z.number().optional(),
  kinds: z.record(z.string(), kindRow).optional(),
});

/** What the clients saw in one second. */
export type ClientRow = Readonly<z.infer<typeof rowSchema>>;

/** The file's bytes: a second a line. */
export function clientsBytes(seconds: readonly ClientRow[]): Uint8Array {
  return brotliCompressSync(seconds.map((second) => `${canonicalJson(second)}\n`).join(''), { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
}

/** The seconds of a bundle, oldest first; none where it has no such file. */
export function readClients(dir: string): readonly z.infer<typeof rowSchema>[] {
  const path = join(dir, clientsFile);
  if (!existsSync(path)) return [];
  const text = brotliDecompressSync(readFileSync(path)).toString('utf8');
  return text.split('\n').filter((line) => line !== '').map((line) => rowSchema.parse(JSON.parse(line)));
}
