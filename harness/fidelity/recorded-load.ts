import { z } from 'zod';
import type { Millis } from '../../src/kernel/clock.ts';
import type { LoadSpec } from '../clusters/contract.ts';
import type { RecordedAct } from './recorded-acts.ts';
import type { CaseFault, Target } from './recorded-faults.ts';

/** What the recorded clients were told to send; what one call does not name stays as it was. */
const told = z.object({
  rate: z.number(),
  read: z.number(),
  value: z.number(),
  /** Values that go in one call; 0 for calls with one. */
  batch: z.number(),
  dist: z.string(),
  /** The hot keys of `dist: hot`: the first of them, and which share of the calls they draw. */
  hot_from: z.number(),
  hot_prob: z.number(),
}).partial();

type Told = z.infer<typeof told>;

/** What was sent before, and to how many keys. */
export interface LoadBefore {
  readonly ratePerSecond: number;
  readonly reads: number;
  readonly valueBytes: number;
  readonly keys: number;
}

const clients: readonly Target[] = [{ node: 'clients' }];

/** The client library cuts the part of a batch that goes to one region into requests: each takes values until it holds so many bytes (client-go, rawkv, `rawBatchPutSize`). */
const requestBytes = 16 * 1024;

/** The act that gives the load back is done within a second of the end of the fault. */
const givenBackMs: Millis = 1_000;

/** How the recorded clients' load changed before it was given back: as the lab's faults, each when it was done. Undefined where an act asks for what nobody knows. */
export function loadFaults(acts: readonly RecordedAct[], before: LoadBefore, faultMs: Millis): CaseFault[] | undefined {
  const faults: CaseFault[] = [];
  let now: Told = {};
  for (const { what, atMsAfterInject: afterMs, args } of acts) {
    if (what !== 'load' || afterMs < 0 || afterMs >= faultMs - givenBackMs) continue;
    const asked = told.safeParse(args[0]);
    // What is hot stays so until the load is given back: the lab has no fault that cools it before.
    if (!asked.success || (now.dist === 'hot' && (asked.data.dist ?? 'hot') !== 'hot')) return undefined;
    now = { ...now, ...asked.data };
    faults.push(...faultsOf(now, before).map((fault) => (afterMs > 0 ? { ...fault, afterMs } : fault)));
  }
  return faults;
}

function faultsOf({ rate, read, value, batch, dist, hot_from: hotFrom = 0, hot_prob: share = 0.9 }: Told, before: LoadBefore): CaseFault[] {
  const change = asRequests({ calls: rate ?? before.ratePerSecond, reads: read ?? before.reads, valueBytes: value ?? before.valueBytes, batch: batch ?? 0 });
  const { ratePerSecond, ...params } = change;
  const faults: CaseFault[] = [{ kind: 'load-change', into: clients, params: { times: ratePerSecond / before.ratePerSecond, ...params } }];
  return dist === 'hot' ? [...faults, { kind: 'hot-keys', into: clients, params: { of: 'all', share, at: hotFrom / before.keys } }] : faults;
}

/** A batch's neighbouring keys lie in one region mostly: stores see of it a few requests with some values each. */
function asRequests({ calls, reads, valueBytes, batch }: { readonly calls: number; readonly reads: number; readonly valueBytes: number; readonly batch: number }): Pick<LoadSpec, 'ratePerSecond' | 'reads' | 'valueBytes' | 'valuesPerWrite'> {
  if (batch === 0) return { ratePerSecond: calls, reads, valueBytes };
  const valuesPerWrite = Math.min(batch, Math.ceil(requestBytes / valueBytes));
  const ratePerSecond = calls * (reads + (1 - reads) * Math.ceil(batch / valuesPerWrite));
  return { ratePerSecond, reads: (calls * reads) / ratePerSecond, valueBytes, valuesPerWrite };
}
