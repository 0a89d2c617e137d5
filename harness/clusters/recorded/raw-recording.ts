import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import type { InventoryNode } from '../../../src/ports/ports.ts';

const rawMetaSchema = z.object({
  recording: z.string(),
  subject: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  topology: z.array(z.object({ node: z.string(), role: z.string(), address: z.string() })),
  /** A control case has a window where others have a fault; its kind is `none`. */
  fault: z.object({ kind: z.string().optional(), injectMs: z.number().optional(), revertMs: z.number().optional() }).nullish(),
});

/** What an import needs of a raw recording's `meta.json`; the answer in it is not among these. */
export type RawMeta = z.infer<typeof rawMetaSchema>;

/** Roles of the database's own processes, as raw recordings call them, and the lab's word for each. */
const databaseRoles: Readonly<Record<string, string>> = { pd: 'pd', tikv: 'tikv', member: 'member' };

/** Reads the parts of `meta.json` that tell when and who, or says what is wrong with the folder. */
export function readRawMeta(dir: string): Result<RawMeta> {
  const text = readRawText(dir, 'meta.json');
  if (text === undefined) return failed('LAB_NOT_A_RECORDING', `${dir} holds no meta.json`, 'name the folder of one raw recording');
  try {
    const parsed = rawMetaSchema.safeParse(JSON.parse(text));
    return parsed.success ? ok(parsed.data) : failed('LAB_NOT_A_RECORDING', `meta.json of ${dir}: ${z.prettifyError(parsed.error)}`);
  } catch (error) {
    return failed('LAB_NOT_A_RECORDING', `meta.json of ${dir} is not JSON: ${(error as Error).message}`);
  }
}

/** A file of a raw recording as text, from `name` or `name.gz`; `undefined` where there is neither. */
export function readRawText(dir: string, name: string): string | undefined {
  const plain = join(dir, name);
  if (existsSync(plain)) return readFileSync(plain, 'utf8');
  return existsSync(`${plain}.gz`) ? gunzipSync(readFileSync(`${plain}.gz`)).toString('utf8') : undefined;
}

/** The database's nodes: no load generator, no monitoring host, and no word about who leads. */
export function inventoryOf(meta: RawMeta): InventoryNode[] {
  return meta.topology.flatMap(({ node, role, address }) => {
    const known = databaseRoles[role];
    return known === undefined ? [] : [{ node, role: known, host: address.replace(/:\d+$/, '') }];
  });
}

/** Names of the log files of one node: its own log first, then what it wrote to standard error. */
export function logNamesOf(dir: string, node: string): string[] {
  const folder = join(dir, 'logs');
  if (!existsSync(folder)) return [];
  const names = new Set(readdirSync(folder).map((name) => basename(name, '.gz')));
  return [`${node}.log`, `${node}.stderr.log`].filter((name) => names.has(name)).map((name) => `logs/${name}`);
}
