import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { defined } from '../../src/kernel/assert.ts';
import type { Millis } from '../../src/kernel/clock.ts';
import { failed, ok, type Result } from '../../src/kernel/result.ts';
import type { ClusterSpec } from '../clusters/contract.ts';

const meta = z.object({
  subject: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  topology: z.array(z.object({ node: z.string(), role: z.string(), address: z.string(), leader: z.boolean().optional() })),
  load: z.object({ rate: z.number(), read: z.number(), value: z.number() }).partial(),
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
  /** Spans between the acts. */
  readonly quietMs: Millis;
  readonly faultMs: Millis;
  readonly afterMs: Millis;
  /** What was done to it, each when it is due; nothing in a control. */
  readonly faults: readonly CaseFault[];
  /** Nodes of the recording that were struck; empty in a control. */
  readonly struck: readonly string[];
}

/** The recorded fault in the lab's words. */
export interface CaseFault {
  readonly kind: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly into: readonly Target[];
  /** How long after the first it is done; at once by default. */
  readonly afterMs?: Millis;
}

/** How a struck node is found in the twin: by name, or by what it is at that moment, the leader of its role or the nth of those who follow. */
export type Target = { readonly node: string } | { readonly leaderOf: string } | { readonly followerOf: string; readonly nth: number };

/** Reads the case of one raw recording. Its `meta.json` is the answer: only this comparison reads it, never an operator. */
export function readCase(dir: string): Result<FidelityCase> {
  const text = readMeta(dir);
  if (text === undefined) return failed('LAB_NOT_A_RECORDING', `${dir} holds no meta.json`, 'name a folder of raw recordings');
  const parsed = meta.safeParse(JSON.parse(text));
  if (!parsed.success) return failed('LAB_NOT_A_RECORDING', `meta.json of ${dir}: ${z.prettifyError(parsed.error)}`);
  const { subject, startMs, endMs, fault } = parsed.data;
  if (subject !== 'tikv') return failed('LAB_NOT_MODELLED', `the twin models tikv, not ${subject}`);
  const translated = fault ? faultsOf(parsed.data) : ok([]);
  if (!translated.ok) return translated;
  const [injectMs, revertMs] = fault ? [fault.injectMs, fault.revertMs] : [endMs, endMs];
  return ok({
    name: basename(dir), dir, spec: specOf(parsed.data),
    quietMs: injectMs - startMs, faultMs: revertMs - injectMs, afterMs: endMs - revertMs,
    struck: fault?.struck ?? [], faults: translated.value,
  });
}

function readMeta(dir: string): string | undefined {
  const plain = join(dir, 'meta.json');
  if (existsSync(plain)) return readFileSync(plain, 'utf8');
  return existsSync(`${plain}.gz`) ? gunzipSync(readFileSync(`${plain}.gz`)).toString('utf8') : undefined;
}

/** All nodes of a recording shared a machine with so many cores. */
const sharedCores = 2;

function specOf({ topology, load }: Meta): ClusterSpec {
  const count = (role: string): number => topology.filter((node) => node.role === role).length;
  const { rate = 300, read = 0.6, value = 1024 } = load;
  // PD alone was recorded with simulated stores; the twin brings its own.
  return { kind: 'twin', subject: 'tikv', roles: { pd: count('pd'), tikv: Math.max(3, count('tikv')) }, regions: 106, load: { shape: load.rate === undefined ? 'idle' : 'mixed', ratePerSecond: rate, reads: read, keys: 'zipfian', valueBytes: value }, machine: { cores: sharedCores / topology.filter((node) => node.role === 'pd' || node.role === 'tikv').length } };
}

const plain = new Set(['process-kill', 'process-pause', 'process-stop', 'disk-slow', 'cpu-throttle']);
const kept: Readonly<Record<string, readonly string[]>> = { 'disk-slow': ['writesPerSecond', 'latency'], 'cpu-throttle': ['cores'] };

/** What the recorded clients turned to: nine of ten requests, and how many requests a second there were in all. */
const hotSpots: Readonly<Record<string, { readonly of: 'reads' | 'writes'; readonly times: number; readonly reads: number }>> = {
  read: { of: 'reads', times: 4_500 / 300, reads: 0.97 },
  write: { of: 'writes', times: 700 / 300, reads: 0.1 },
};

const clients: readonly Target[] = [{ node: 'clients' }];

function hotSpotOf(kind: unknown): CaseFault[] {
  const { of, times, reads } = defined(hotSpots[String(kind)], `a hot spot of ${String(kind)}`);
  return [{ kind: 'load-change', into: clients, params: { times, reads } }, { kind: 'hot-keys', into: clients, params: { of, share: 0.9 } }];
}

/** What was left of the disk, in MiB, step by step. */
const filled = z.object({ freeMiBSteps: z.array(z.number()) });
/** A recorded store's disk in MiB, and how long a step was held. */
const diskMib = 6_144;
const stepMs: Millis = 75_000;

function diskFullOf({ fault }: Meta): CaseFault[] {
  const into = (fault?.struck ?? []).map((node): Target => ({ node }));
  return filled.parse(fault?.params).freeMiBSteps.map((mib, at) => ({ kind: 'disk-fill', into, params: { free: mib / diskMib }, afterMs: at * stepMs }));
}

function faultsOf(all: Meta): Result<readonly CaseFault[]> {
  if (all.fault?.kind === 'disk-full') return ok(diskFullOf(all));
  if (all.fault?.kind === 'hot-spot') return ok(hotSpotOf(all.fault.params['kind']));
  const one = faultOf(all);
  return one.ok ? ok([one.value]) : one;
}

/** A member of a role that has a leader is whoever has its office in the twin, where another member may lead. */
function targetOf(topology: Meta['topology'], node: string): Target {
  const role = topology.find((each) => each.node === node)?.role ?? '';
  const leader = topology.find((each) => each.role === role && each.leader === true);
  if (!leader) return { node };
  const followers = topology.filter((each) => each.role === role && each !== leader);
  return leader.node === node ? { leaderOf: role } : { followerOf: role, nth: followers.findIndex((each) => each.node === node) };
}

function faultOf({ topology, fault }: Meta): Result<CaseFault> {
  if (!fault) return failed('LAB_NOT_MODELLED', 'there is no fault');
  const { kind, struck, params } = fault;
  const into = struck.map((node) => targetOf(topology, node));
  if (plain.has(kind)) return ok({ kind, into, params: { ...Object.fromEntries((kept[kind] ?? []).flatMap((key) => (params[key] === undefined ? [] : [[key, params[key]]]))), ...(kind === 'disk-slow' && params['latency'] === undefined && { latency: '0ms' }) } });
  if (kind === 'memory-limit') return ok({ kind, into, params: { limit: `${String(params['limitMiB'])}MiB` } });
  if (kind === 'network-partition') return ok({ kind, into, params: { scope: params['scope'] ?? 'full' } });
  if (kind === 'config-change' && params['scheduler'] === 'evict-leader-scheduler') return ok({ kind: 'evict-leader-left-behind', into, params: {} });
  // Recorded: 500 batches a second of 16 values of 4 KiB each, which the client sends region by region, beside the ordinary load.
  if (kind === 'load') return ok({ kind: 'load-change', into: clients, params: { times: 27.7, reads: 0.022, valueBytes: 4_096 } });
  return failed('LAB_NOT_MODELLED', `the twin has no fault like the recorded ${kind} ${JSON.stringify(params)}`);
}
