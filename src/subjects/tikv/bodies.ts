import { z } from 'zod';
import { failed, ok, type Result } from '../../kernel/result.ts';
import { parseSize } from '../../kernel/units.ts';

/** A size such as `5.055GiB`, in bytes. */
const size = z.string().transform((text) => parseSize(text) ?? Number.NaN);

/** `GET /stores`: only what is used, everything that a version may omit optional. */
export const storesBody = z.object({
  stores: z
    .array(
      z.object({
        store: z.object({
          id: z.number(),
          address: z.string(),
          status_address: z.string().optional(),
          state_name: z.string(),
          labels: z.array(z.object({ key: z.string(), value: z.string() })).nullish(),
        }),
        status: z.object({
          capacity: size.optional(),
          available: size.optional(),
          leader_count: z.number().default(0),
          leader_weight: z.number().default(1),
          region_count: z.number().default(0),
          region_weight: z.number().default(1),
          slow_score: z.number().default(0),
          last_heartbeat_ts: z.string().optional(),
        }),
      }),
    )
    .nullish()
    .transform((stores) => stores ?? []),
});

/** One row of `GET /stores`. */
export type StoreRow = z.infer<typeof storesBody>['stores'][number];

/** TiFlash registers with PD like a store: it holds learners, leads nothing, and speaks otherwise. */
export const isTiflash = ({ store: { labels } }: StoreRow): boolean => labels?.some(({ key, value }) => key === 'engine' && value.startsWith('tiflash')) ?? false;

const member = z.object({ name: z.string(), member_id: z.union([z.string(), z.number()]).optional(), client_urls: z.array(z.string()).default([]) });

/** `GET /members`. */
export const membersBody = z.object({ members: z.array(member), leader: z.object({ name: z.string() }).nullish() });

/** One row of `GET /members`. */
export type MemberRow = z.infer<typeof member>;

/** `GET /health`. */
export const healthBody = z.array(member.extend({ health: z.boolean() }));

const countBody = z.object({ count: z.number() });
const countFirst = /^\{\s*"count":\s*(\d+)\s*[,}]/;

/** `GET /regions/check/*` and `GET /stats/region`: the count alone. PD says it first, and a list of any number of regions behind it, which nobody needs to read. */
export function countOf(body: string): Result<number> {
  const first = body.trimEnd().endsWith('}') ? countFirst.exec(body)?.[1] : undefined;
  if (first !== undefined) return ok(Number(first));
  const parsed = parseBody(countBody, body);
  return parsed.ok ? ok(parsed.value.count) : parsed;
}

/** `GET /config/replicate`. */
export const replicateBody = z.object({ 'max-replicas': z.number() });

interface ParsedBody {
  readonly body: string;
  readonly parsed: Result<unknown>;
}

const latest = new WeakMap<z.ZodType, ParsedBody>();

/** The parsed body, or a failure that says what is wrong with it. Most answers are what they were a look ago, so the last of each kind is kept. */
export function parseBody<T>(schema: z.ZodType<T>, body: string): Result<T> {
  const known = latest.get(schema);
  if (known?.body === body) return known.parsed as Result<T>;
  const parsed = parseAnew(schema, body);
  latest.set(schema, { body, parsed });
  return parsed;
}

function parseAnew<T>(schema: z.ZodType<T>, body: string): Result<T> {
  const document = parseJson(body);
  if (!document.ok) return document;
  const parsed = schema.safeParse(document.value);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return failed('LAB_PD_ANSWER', `unexpected answer at /${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'no detail'}`);
}

/** Member ids need 64 bits, more than a JavaScript number holds; they are kept as the text they were written as. */
function parseJson(body: string): Result<unknown> {
  const keepLongIds = (key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    key === 'member_id' && typeof value === 'number' ? (context?.source ?? String(value)) : value;
  try {
    return ok(body.includes('"member_id"') ? JSON.parse(body, keepLongIds) : JSON.parse(body));
  } catch {
    return failed('LAB_PD_ANSWER', `not JSON: ${body.slice(0, 80)}`);
  }
}
