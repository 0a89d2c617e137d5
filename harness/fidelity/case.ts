import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Millis } from '../../src/kernel/clock.ts';
import { failed, ok, type Result } from '../../src/kernel/result.ts';
import type { ClusterSpec } from '../clusters/contract.ts';
import { settingNames } from '../clusters/twin/store/store-settings.ts';
import { actsIn } from './recorded-acts.ts';
import { newcomerOf, translated, type CaseFault, type Target } from './recorded-faults.ts';
import { loadFaults } from './recorded-load.ts';

const meta = z.object({
  subject: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  topology: z.array(z.object({ node: z.string(), role: z.string(), address: z.string(), leader: z.boolean().optional() })),
  load: z.object({ rate: z.number(), read: z.number(), value: z.number(), txn: z.number() }).partial(),
  keys: z.number().optional(),
  config: z.object({ tikv: z.string() }).partial().optional(),
  acts: z.array(z.unknown()).nullish(),
  fault: z
    .object({ kind: z.string(), struck: z.array(z.string()), params: z.record(z.string(), z.unknown()), injectMs: z.number(), revertMs: z.number() })
    .nullish(),
});

type Meta = z.infer<typeof meta>;

/** A recorded incident as something that the twin can live through too: same sizes, same load, same fault, same times. */
export interface FidelityCase {
  readonly name: string;
  readonly dir: string;
  readonly spec: ClusterSpec;
  /** Which member of PD led when the recording began. */
  readonly pdLeader: string | undefined;
  /** Spans between the acts. */
  readonly quietMs: Millis;
  readonly faultMs: Millis;
  readonly afterMs: Millis;
  /** What was done to it, each when it is due; nothing in a control. */
  readonly faults: readonly CaseFault[];
  /** Nodes of the recording that were struck; empty in a control. */
  readonly struck: readonly string[];
}

/** Reads the case of one raw recording. Its `meta.json` is the answer: only this comparison reads it, never an operator. */
export function readCase(dir: string): Result<FidelityCase> {
  const text = readMeta(dir);
  if (text === undefined) return failed('LAB_NOT_A_RECORDING', `${dir} holds no meta.json`, 'name a folder of raw recordings');
  const parsed = meta.safeParse(JSON.parse(text));
  if (!parsed.success) return failed('LAB_NOT_A_RECORDING', `meta.json of ${dir}: ${z.prettifyError(parsed.error)}`);
  const { subject, startMs, endMs, fault } = parsed.data;
  if (subject !== 'tikv') return failed('LAB_NOT_MODELLED', `the twin models tikv, not ${subject}`);
  const faults = faultsOf(parsed.data);
  if (!faults.ok) return faults;
  const [injectMs, revertMs] = fault ? [fault.injectMs, fault.revertMs] : [endMs, endMs];
  return ok({
    name: basename(dir), dir, spec: specOf(parsed.data), pdLeader: parsed.data.topology.find(({ role, leader }) => role === 'pd' && leader === true)?.node,
    quietMs: injectMs - startMs, faultMs: revertMs - injectMs, afterMs: endMs - revertMs,
    struck: [newcomerOf(fault?.params) ?? fault?.struck ?? []].flat(), faults: faults.value,
  });
}

function faultsOf({ fault, topology, acts, load, keys = keysWritten }: Meta): Result<readonly CaseFault[]> {
  if (!fault) return ok([]);
  const before = { ...usualLoad, ...load };
  const known = actsIn(acts ?? []);
  const faultMs = fault.revertMs - fault.injectMs;
  const ofLoad = loadFaults(known, { ratePerSecond: before.rate, reads: before.read, valueBytes: before.value, keys }, faultMs);
  if (!ofLoad) return failed('LAB_NOT_MODELLED', `the twin has no clients for a load as the recorder asked for: ${JSON.stringify(known.filter(({ what }) => what === 'load'))}`);
  return translated({ ...fault, into: fault.struck.map((node) => targetOf(topology, node)), acts: known, faultMs, ofLoad });
}

function readMeta(dir: string): string | undefined {
  const plain = join(dir, 'meta.json');
  if (existsSync(plain)) return readFileSync(plain, 'utf8');
  return existsSync(`${plain}.gz`) ? gunzipSync(readFileSync(`${plain}.gz`)).toString('utf8') : undefined;
}

/** All nodes of a recording shared it; a synchronous write is the median of nine quiet windows. What monitoring and whoever recorded took was not measured: it is assumed. */
const machine = { cores: 2, othersCores: 0.27, syncMs: 0.14 } as const;

/** What the recorded clients sent where nothing is noted, and how many keys they had. */
const usualLoad = { rate: 300, read: 0.6, value: 1_024 } as const;
const keysWritten = 240_000;

/** Regions of every recorded cluster, and those that a program played for PD alone (`pd_cluster_status`). */
const recordedRegions = 106;
const playedRegions = 300;

function specOf({ topology, load, fault, keys, config }: Meta): ClusterSpec {
  const count = (role: string): number => topology.filter((node) => node.role === role).length;
  const { rate, read, value } = { ...usualLoad, ...load };
  const spares = newcomerOf(fault?.params) === undefined ? 0 : 1;
  return {
    kind: 'twin', subject: 'tikv', roles: { pd: count('pd'), tikv: Math.max(3, count('tikv') - spares) }, ...(spares > 0 && { spares: { tikv: spares } }), regions: count('tikv') === 0 ? playedRegions : recordedRegions,
    load: { shape: load.rate === undefined ? 'idle' : 'mixed', ratePerSecond: rate, reads: read, keys: 'zipfian', valueBytes: value, ...(load.txn !== undefined && { transactions: load.txn }) },
    ...(count('tikv') === 0 && playedStores(topology)), ...(keys !== undefined && { keyCount: keys }), settings: settingsIn(config?.tikv ?? ''), machine,
  };
}

/** Settings of the recorded stores that the twin's heed too, by their full names; `text` is TOML as TiKV reads it, tables and plain values. */
function settingsIn(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  let table = '';
  for (const line of text.split('\n')) {
    table = /^\[([\w.-]+)\]$/.exec(line)?.[1] ?? table;
    const [, key = '', value = ''] = /^([\w.-]+) = "?([^"]*)"?$/.exec(line) ?? [];
    if (settingNames.includes(`${table}.${key}`)) found[`${table}.${key}`] = value;
  }
  return found;
}

/** PD alone was recorded with three stores that a program played: it reported to the first member only, and to nobody while another one led (`/stores` in recordings/tikv-pd-only-*). */
function playedStores(topology: Meta['topology']): Pick<ClusterSpec, 'storesKnow'> {
  const first = topology.find(({ role }) => role === 'pd');
  return { storesKnow: first?.leader === true ? 'leader' : 'follower' };
}

/** A member of a role that has a leader is whoever has its office in the twin, where another member may lead. */
function targetOf(topology: Meta['topology'], node: string): Target {
  const role = topology.find((each) => each.node === node)?.role ?? '';
  const leader = topology.find((each) => each.role === role && each.leader === true);
  if (!leader) return { node };
  const followers = topology.filter((each) => each.role === role && each !== leader);
  return leader.node === node ? { leaderOf: role } : { followerOf: role, nth: followers.findIndex((each) => each.node === node) };
}
