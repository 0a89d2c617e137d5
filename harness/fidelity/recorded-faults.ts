import { z } from 'zod';
import type { Millis } from '../../src/kernel/clock.ts';
import { parseSpan } from '../../src/kernel/units.ts';
import { failed, ok, type Result } from '../../src/kernel/result.ts';
import { faults } from '../faults/registry.ts';

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
}

type Translator = (recorded: RecordedFault) => readonly CaseFault[] | undefined;

/** What the lab does to its twin for a recorded fault; a failure where it has no such fault. */
export function translated(recorded: RecordedFault): Result<readonly CaseFault[]> {
  const found = (byRecordedKind[recorded.kind] ?? sameWords)(recorded);
  const known = found?.every(({ kind, params }) => faults.get(kind)?.params.safeParse(params).success);
  return found && known ? ok(found) : failed('LAB_NOT_MODELLED', `the twin has no fault like the recorded ${recorded.kind} ${JSON.stringify(recorded.params)}`);
}

/** What the recorder noted of how it went about it; whatever else it noted, a fault of the lab must know. */
const asides = new Set(['signal', 'monitoring', 'members', 'clientsAndMonitorReach']);

/** The recorder and the lab mean the same by it. */
const sameWords: Translator = ({ kind, params, into }) => [{ kind, into, params: Object.fromEntries(Object.entries(params).filter(([name]) => !asides.has(name))) }];

const clients: readonly Target[] = [{ node: 'clients' }];

/** How many requests a second the recorded clients sent, which share of them were reads, and at which of 240,000 keys those began that drew nine of ten. */
const hotSpots: Readonly<Record<string, { readonly times: number; readonly reads: number; readonly at: number }>> = {
  read: { times: 4_500 / 300, reads: 0.97, at: 0.25 },
  write: { times: 700 / 300, reads: 0.1, at: 0.5 },
};

const hotSpot: Translator = ({ params }) => {
  const spot = hotSpots[String(params['kind'])];
  return spot && [{ kind: 'load-change', into: clients, params: { times: spot.times, reads: spot.reads } }, { kind: 'hot-keys', into: clients, params: { of: 'all', share: 0.9, at: spot.at } }];
};

/** What was left of the disk, in MiB, step by step. */
const filled = z.object({ freeMiBSteps: z.array(z.number()) });
/** A recorded store's disk in MiB, and how long a step was held. */
const diskMib = 6_144;
const stepMs: Millis = 75_000;

const diskFull: Translator = ({ params, into }) => filled.safeParse(params).data?.freeMiBSteps.map((mib, at) => ({ kind: 'disk-fill', into, params: { free: mib / diskMib }, afterMs: at * stepMs }));

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

// Recorded: 500 batches a second of 16 values of 4 KiB each, which the client sends region by region, beside the ordinary load.
const overload: Translator = () => [{ kind: 'load-change', into: clients, params: { times: 27.7, reads: 0.022, valueBytes: 4_096 } }];

/** Recorded kinds that the lab calls otherwise, or whose numbers it writes otherwise. */
const byRecordedKind: Readonly<Record<string, Translator>> = {
  'hot-spot': hotSpot,
  'disk-full': diskFull,
  'disk-slow': diskSlow,
  'memory-limit': ({ params, into }) => [{ kind: 'memory-limit', into, params: { limit: params['limit'] ?? `${String(params['limitMiB'])}MiB` } }],
  'cpu-quota': ({ params, into }) => [{ kind: 'cpu-throttle', into, params: { cores: Number(params['cpuPercentOfOneCore']) / 100 } }],
  'network-delay': networkDelay,
  'clock-skew': clockSkew,
  'config-change': configChange,
  'leader-transfer': ({ params, into }) => [{ kind: 'pd-leader-resigned', into, params }],
  load: overload,
};
