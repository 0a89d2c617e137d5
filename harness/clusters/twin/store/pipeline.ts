import type { Millis } from '../../../../src/kernel/clock.ts';
import { averageMs, later, meanMs, plus, type Shape, type Spread, spreads } from '../metrics/shape.ts';
import { bothOf, exponentialWait, type Wait } from '../metrics/waits.ts';
import { nothing } from '../hosts/cpu.ts';
import type { RoundTrip } from '../hosts/network.ts';
import type { CommitNews } from '../raft/commit-news.ts';
import { cpuSecondsOf, readShareOf, wakingSecondsOf } from './cpu-cost.ts';
import type { KeyClass } from './latches.ts';
import type { Api } from './metrics.ts';
import type { Store } from './store.ts';
import type { Writers } from './proposals.ts';
import { noneDuring, turnsOf } from './turns-of.ts';

/** What one store was asked to do during a tick. */
export interface StoreLoad {
  /** Requests to regions that it leads. */
  reads: number;
  writes: number;
  /** Writes whose entries it received as a follower. */
  followed: number;
  /** How many entries those make in the end: what waits in one region is proposed together. */
  entries: number;
  followedEntries: number;
  /** Of both kinds of writes those of transactions that clients make beside raw commands. */
  ofTransactions: number;
  followedOfTransactions: number;
  /** Requests for regions that it does not lead; it says so and no more. */
  refused: number;
  /** How its clients speak to it. */
  readonly api: Api;
  /** The keys on which its clients' transactions meet; raw commands take no latches. */
  readonly contended: readonly KeyClass[] | undefined;
  /** Writes that the regions which it leads are offered and that no entry can hold. */
  tooLarge: number;
  /** Bytes of what one write brings, on average. */
  valueBytes: number;
  /** Values that one put brings. */
  readonly valuesPerWrite: number;
  /** Bytes of one value that is read. */
  readonly readBytes: number;
  /** The part of the writes that is much larger than the rest, and how large. */
  readonly large: { readonly share: number; readonly valueBytes: number } | undefined;
  /** CPU seconds that one read costs more than usual, because what it looks for is not in the block cache. */
  readonly readSeconds: number;
  /** Whether it has a replica of any region. */
  readonly holdsRegions: boolean;
  /** How its replicas learn which entries are committed. */
  readonly news: CommitNews;
  /** Writes by the set of replicas that must persist them: `peersKey` to count and the commit's shape. */
  readonly commits: Map<string, CommitLoad>;
}

/** Writes that wait for one set of replicas. */
export interface CommitLoad {
  readonly followerIds: readonly number[];
  /** Those that get them as well and whose answers are lost. */
  readonly unheardIds: readonly number[];
  /** Expected ones, and from the draw on those that came. */
  writes: number;
  /** Some that came for sure. */
  drawn: number;
  /** The entries that they make. */
  entries: number;
  /** Which regions they go to; where that is not said, each to another one. */
  readonly writers: Writers | undefined;
  /** Of all of them the entries of transactions that clients make beside raw commands. */
  ofTransactions: number;
}

/** How long things take in a store right now. */
export interface StoreQueue {
  readonly requestWait: Shape;
  readonly taskWait: Shape;
  /** One turn of the store writer: write the raft log and sync it. */
  readonly write: Shape;
  readonly sync: Shape;
  /** From the append until it is on disk: the wait for the writer's turn and the turn itself. */
  readonly persist: Shape;
  /** What the writer is given per second, entries and raft states, and its turns. */
  readonly tasksPerSecond: number;
  readonly turnsPerSecond: number;
  /** Median wait for the apply pool. */
  readonly applyWaitMs: number;
  /** One turn of a thread of the apply pool. */
  readonly applyTurn: Shape;
  /** Median wait of a read. */
  readonly readWaitMs: number;
  readonly cpuStretch: number;
}

/** A byte is written to the raft log, to the memtable's log, to level 0, and in the long run about thrice more by compaction. */
const writeAmplification = 6;

/** Of these the logs', which nothing in the background can put off. */
export const foregroundWrites = 2;

/** The part of the disk's bandwidth that this load takes. */
const diskShareOf = (store: Store, load: StoreLoad, spanSeconds: number): number =>
  ((load.writes + load.followed) * load.valueBytes * writeAmplification) / (store.host.disk.bytesPerSecond * spanSeconds);

/** How much of the scarcer of CPU and disk a load asks for; above 1 it cannot be served. */
export const utilisationOf = (store: Store, load: StoreLoad, spanSeconds: number): number =>
  Math.max(cpuSecondsOf(load, spanSeconds) / (store.host.cpu.available * spanSeconds), diskShareOf(store, load, spanSeconds));

/**
 * Where a request of a saturated store spends its wait: before it is proposed, in the log writer's queue, before it is applied. Fitted to
 * recordings/tikv-write-overload alone, 35 to 55 s after its load rose: of a put's 1.7 to 3.2 s a hundredth passed before the proposal, somewhat more than
 * half of the rest until it was committed. Of the apply pool's turns that it waits for most take as long as ever and few a great while: half of the recorded
 * ones 4 ms, one in twenty 0.5 s, one in a hundred 2.5 s, 0.1 s on average. A read waited a fiftieth of that beside writes; where reads
 * fill the store, they wait for one another (that is derived).
 */
const waits = { log: 0.5, apply: 0.49, readBesideWrites: 0.02 } as const;
/** Which share of a thread's turns is long, and how long on average, of the same wait: those of the apply pool, and those of a raft thread that a proposal waits for. */
const longTurns = { apply: { share: 0.075, of: 0.54 }, propose: { share: 0.05, of: 0.07 } } as const;

/**
 * The queue in front of the raft log.
 *
 * One writer thread takes all that waits, writes it and syncs it (group commit). With `a` tasks per second and a
 * turn of `T` seconds nothing comes during a turn in `e^(-aT)` of the cases, and then the writer idles for `1 / a`: it makes
 * `a / (aT + e^(-aT))` turns per second and is busy for a share `u = aT / (aT + e^(-aT))` of the time, and an append waits
 * half a turn with that probability: `u T / 2`. A fast disk gives almost no wait; a slow one
 * gives turns back to back, each of length `T`, and a wait of `T / 2`. `weather` is a factor near 1: no two half seconds
 * of a real machine are alike.
 */
export function queueOf(store: Store, load: StoreLoad, { spanSeconds, weather }: { readonly spanSeconds: number; readonly weather: number }): StoreQueue {
  const still = store.host.disk.syncShape();
  const sync = withMedian(still, (still.medianMs * weather) / (1 - Math.min(0.95, diskShareOf(store, load, spanSeconds))));
  const { cpu: cores } = store.host;
  cores.demand({ must: cpuSecondsOf(load, spanSeconds) / spanSeconds, waking: wakingSecondsOf(load, { spanSeconds, turnsPerSecond: store.queue.turnsPerSecond }) / spanSeconds });
  const cpuStretch = cores.stretch * weather;
  const queuedMs = store.saturation.waitMs;
  const wait = cores.quotaWait();
  const write = later(later(plus(sync, 0.12 * cpuStretch), behindLarge(store, load)), wait);
  // Whoever waits for a turn that waits for the quota is served with it, when the period begins: only the turn's work is waited for.
  const workSeconds = (meanMs(still) - still.medianMs + write.medianMs) / 1000;
  const turnSeconds = averageMs(write) / 1000;
  const requestWait = scattered(0.3 * cpuStretch, spreads.queue, bothOf(wait, longTurnOf(longTurns.propose, queuedMs)));
  const tasksPerSecond = tasksOf(load, meanMs(requestWait) / 1000) / spanSeconds;
  const busy = workSeconds * turnsOf(tasksPerSecond, workSeconds);
  const waitMs = (busy * workSeconds * 1000) / 2 + waits.log * queuedMs;
  return {
    requestWait,
    taskWait: scattered(waitMs + 0.05 * cpuStretch, spreads.disk, wait),
    write,
    sync,
    persist: plus(write, waitMs),
    tasksPerSecond,
    turnsPerSecond: turnsOf(tasksPerSecond, turnSeconds),
    applyWaitMs: 0.3 * cpuStretch + waits.apply * queuedMs,
    applyTurn: scattered(0.25 * cpuStretch, spreads.queue, longTurnOf(longTurns.apply, queuedMs)),
    readWaitMs: Math.max(waits.readBesideWrites, readShareOf(load)) * queuedMs,
    cpuStretch,
  };
}

/**
 * What the writer is given: every entry, and the raft state again where the news of a commit comes by itself, since the state that is kept says what is committed
 * (raftstore's `handle_raft_ready` saves it whenever it changed). A leader knows when its majority has the entry, unless another one to the region came before its
 * thread had another look, `lookSeconds` after; a follower learns it from the next entry or from a heartbeat.
 */
const tasksOf = ({ entries, followedEntries, news }: StoreLoad, lookSeconds: number): number =>
  entries * (1 + noneDuring(news.ledPerSecond * lookSeconds)) + followedEntries * (1 + news.byHeartbeat);

const scattered = (medianMs: number, spread: Spread, wait: Wait | undefined): Shape => ({ fixedMs: 0, medianMs, spread, wait });

const withMedian = ({ fixedMs, spread, wait }: Shape, medianMs: number): Shape => ({ fixedMs, medianMs, spread, wait });

/** The few turns of a thread that take long where so much waits, by an exponential law. */
const longTurnOf = ({ share, of }: { readonly share: number; readonly of: number }, queuedMs: Millis): Wait | undefined => (queuedMs < 1 ? undefined : exponentialWait(share, of * queuedMs));

/** Whoever shares a turn of the log writer with a large value waits until the disk has taken that. */
function behindLarge(store: Store, { large }: StoreLoad): Wait | undefined {
  if (!large) return undefined;
  const spanMs = (large.valueBytes / store.host.disk.bytesPerSecond) * 1_000;
  return { share: 1 - (1 - large.share) ** Math.max(1, store.meters.entriesPerTurn), meanMs: spanMs, msAt: () => spanMs };
}

/** A store without work. */
export const idleQueue: StoreQueue = (() => {
  const shape: Shape = { fixedMs: 0, medianMs: 1, spread: spreads.disk };
  return { requestWait: shape, taskWait: shape, write: shape, sync: shape, persist: shape, tasksPerSecond: 0, turnsPerSecond: 0, applyWaitMs: 0.3, applyTurn: { ...shape, medianMs: 0.25, spread: spreads.queue }, readWaitMs: 0, cpuStretch: 1 };
})();

/** The queue of a store that does nothing at all, not even by itself. */
export function restOf({ host }: Store): StoreQueue {
  host.cpu.demand(nothing);
  return idleQueue;
}

/**
 * When an entry is committed: at the moment when the second-fastest of three replicas (in general the majority's last)
 * has it on disk. The leader sends its appends before its own sync, so a slow disk of the leader alone hardly shows here:
 * its two healthy followers are a majority, and 8.x applies what the leader itself has not persisted yet.
 */
export function commitShape(leader: Store, followers: readonly Store[], replicas: number): Shape | undefined {
  const quorum = Math.floor(replicas / 2) + 1;
  if (followers.length + 1 < quorum) return undefined;
  const fastestFirst = [leader.queue.persist];
  for (const follower of followers) insert(fastestFirst, overNetwork(follower.queue.persist, leader.host.network.roundTripTo(follower.host.network)));
  const last = fastestFirst[quorum - 1];
  return last === undefined || last.spread === spreads.narrow ? last : { fixedMs: last.fixedMs, medianMs: last.medianMs, spread: spreads.queue, wait: last.wait };
}

/** Puts a shape behind those that are no slower on the whole. */
function insert(fastestFirst: Shape[], shape: Shape): void {
  const spanMs = meanMs(shape);
  let at = fastestFirst.length;
  for (; at > 0 && meanMs(fastestFirst[at - 1] as Shape) > spanMs; at--) fastestFirst[at] = fastestFirst[at - 1] as Shape;
  fastestFirst[at] = shape;
}

/** What happens at the other end of a link, seen from this one. */
const overNetwork = ({ fixedMs, medianMs, spread, wait }: Shape, trip: RoundTrip): Shape =>
  later({ fixedMs: fixedMs + trip.addedMs, medianMs: medianMs + trip.baseMs, spread, wait }, trip.wait);
