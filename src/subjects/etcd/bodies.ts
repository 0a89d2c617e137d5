import { z } from 'zod';
import { failed, ok, type Result } from '../../kernel/result.ts';

/** 64-bit numbers are strings in the gateway's JSON, and zero values are absent. */
const long = z.union([z.string().regex(/^\d+$/), z.number()]).transform(String);
const count = long.transform(Number);

const header = z.object({ member_id: long.optional(), revision: count.optional(), raft_term: count.optional() }).default({});

/** `POST /v3/maintenance/status`. */
export const statusBody = z.object({
  header,
  version: z.string().default(''),
  leader: long.optional(),
  raftTerm: count.optional(),
  raftIndex: count.optional(),
  raftAppliedIndex: count.optional(),
  dbSize: count.default(0),
  dbSizeInUse: count.default(0),
  errors: z.array(z.string()).default([]),
  isLearner: z.boolean().default(false),
});

/** What a member says about itself. */
export type StatusBody = z.infer<typeof statusBody>;

/** `POST /v3/cluster/member/list`; a member that was never started has neither name nor client URLs. */
export const memberListBody = z.object({
  header,
  members: z
    .array(z.object({ ID: long, name: z.string().default(''), peerURLs: z.array(z.string()).default([]), clientURLs: z.array(z.string()).default([]), isLearner: z.boolean().default(false) }))
    .default([]),
});

/** One member as the member list knows it. */
export type ListedMember = z.infer<typeof memberListBody>['members'][number];

/** `GET /health`, whose status is 503 where `health` is false. */
export const healthBody = z.object({ health: z.string(), reason: z.string().default('') });

/** `GET /version`. */
export const versionBody = z.object({ etcdserver: z.string(), etcdcluster: z.string().default('') });

/** `POST /v3/maintenance/hashkv`. */
export const hashKvBody = z.object({ header, hash: z.number().default(0), compact_revision: z.union([z.string(), z.number()]).transform(String).default('0') });

/** An error of either generation of the gateway. */
export const errorBody = z.object({ message: z.string().optional(), error: z.string().optional() });

/** Parses a body, or says what is wrong with it. */
export function parseBody<T>(schema: z.ZodType<T>, body: string): Result<T> {
  try {
    const parsed = schema.safeParse(JSON.parse(body));
    return parsed.success ? ok(parsed.data) : failed('ETCD_ANSWER', z.prettifyError(parsed.error));
  } catch {
    return failed('ETCD_ANSWER', `not JSON: ${body.slice(0, 80)}`);
  }
}

/** `10828644234260681754` as logs and metric labels write it: `9647128ef630941a`. */
export const hexId = (decimal: string): string => BigInt(decimal).toString(16);
