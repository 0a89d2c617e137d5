import { z } from 'zod';
import type { Millis } from '../../src/kernel/clock.ts';
import { parseSpan } from '../../src/kernel/units.ts';
import { failed, ok, type Result } from '../../src/kernel/result.ts';
import { faults } from '../faults/registry.ts';
import type { RecordedAct } from './recorded-acts.ts';

/** The recorded fault in the lab's words. */
export interface CaseFault {
  readonly kind: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly into: readonly Target[];
  /** How long after the first it is done; at once by default. */
  readonly afterMs?: Millis;
  /** It was there already when the quiet window began. */
  readonly standing?: true;
}

/** How a struck node is found in the twin: by name, or by what it is at that moment, the leader of its role or the nth of those who follow. */
export type Target = { readonly node: string } | { readonly leaderOf: string } | { readonly followerOf: string; readonly nth: number };

/** A fault as the recorder noted it, with its targets found. */
export interface RecordedFault {
  readonly kind: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly into: readonly Target[];
  /** What the recorder did, one after the other. */
  readonly acts: readonly RecordedAct[];
  readonly faultMs: Millis;
  /** What of that changed the clients' load. */
  readonly ofLoad: readonly CaseFault[];
}

type Translator = (recorded: RecordedFault) => readonly CaseFault[] | undefined;

/** What the lab does to its twin for a recorded fault; a failure where it has no such fault. */
export function translated(recorded: RecordedFault): Result<readonly CaseFault[]> {
  const struck = (byRecordedKind[recorded.kind] ?? sameWords)(recorded);
  const found = struck && [...struck, ...recorded.ofLoad];
  const known = found && found.length > 0 && found.every(({ kind, params }) => faults.get(kind)?.params.safeParse(params).success);
  return found && known ? ok(found) : failed('LAB_NOT_MODELLED', `the twin has no fault like the recorded ${recorded.kind} ${JSON.stringify(recorded.params)}`);
}

/** What the recorder noted of how it went about it; whatever else it noted, a fault of the lab must know. */
const asides = new Set(['signal', 'monitoring', 'members', 'clientsAndMonitorReach']);

/** The recorder and the lab mean the same by it. */
const sameWords: Translator = ({ kind, params, into }) => [{ kind, into, params: Object.fromEntries(Object.entries(params).filter(([name]) => !asides.has(name))) }];

/** What was left of the disk, in MiB, step by step. */
const filled = z.object({ freeMiBSteps: z.array(z.number()) });
/** A recorded store's disk in MiB. */
const diskMib = 6_144;

const diskFull: Translator = ({ params, into, acts, faultMs }) => {
  const fills = acts.filter(({ what }) => what === 'fill');
  return filled.safeParse(params).data?.freeMiBSteps.map((mib, at, steps) => ({ kind: 'disk-fill', into, params: { free: mib / diskMib }, afterMs: fills[at]?.atMsAfterInject ?? Math.round((at * faultMs) / steps.length) }));
};

/** A device that was only held to a number of writes is not slowed besides. */
const diskSlow: Translator = ({ params: { writesPerSecond, writeIops, latency }, into }) => [
  { kind: 'disk-slow', into, params: { writesPerSecond: writesPerSecond ?? writeIops, latency: latency ?? '0ms' } },
];

/** A recorded delay is that of one way, as the lab's is. */
const networkDelay: Translator = ({ params: { oneWayMs, delay }, into }) => [{ kind: 'network-delay', into, params: { delay: delay ?? `${String(oneWayMs)}ms` } }];

const clockSkew: Translator = ({ params: { offsetMs, by, direction }, into }) => {
  const spanMs = Number(offsetMs ?? parseSpan(String(by)));
  return [{ kind: 'clock-skew', into, params: { by: `${Math.abs(spanMs)}ms`, direction: direction ?? (spanMs < 0 ? 'back' : 'forward') } }];
};

const configChange: Translator = ({ params, into }) => {
  const newcomer = newcomerOf(params);
  if (newcomer !== undefined) return [{ kind: 'scheduler-removed', into, params: { scheduler: params['removed'] }, standing: true }, { kind: 'store-joining', into: [{ node: newcomer }], params: {} }];
  return params['scheduler'] === 'evict-leader-scheduler' ? [{ kind: 'evict-leader-left-behind', into, params: {} }] : undefined;
};

/** The store that joined, if one did. */
export const newcomerOf = (params: RecordedFault['params'] | undefined): string | undefined => (params?.['newStore'] === undefined ? undefined : String(params['newStore']));

/** What clients sent is told by the acts of the recorder (`loadFaults`). */
const byActs: Translator = () => [];

/** Recorded kinds that the lab calls otherwise, or whose numbers it writes otherwise. */
const byRecordedKind: Readonly<Record<string, Translator>> = {
  'hot-spot': byActs,
  'disk-full': diskFull,
  'disk-slow': diskSlow,
  'memory-limit': ({ params, into }) => [{ kind: 'memory-limit', into, params: { limit: params['limit'] ?? `${String(params['limitMiB'])}MiB` } }],
  'cpu-quota': ({ params, into }) => [{ kind: 'cpu-throttle', into, params: { cores: Number(params['cpuPercentOfOneCore']) / 100 } }],
  'network-delay': networkDelay,
  'clock-skew': clockSkew,
  'config-change': configChange,
  'leader-transfer': ({ params, into }) => [{ kind: 'pd-leader-resigned', into, params }],
  load: byActs,
};
