import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import { averageMs } from '../metrics/shape.ts';
import type { Wait } from '../metrics/waits.ts';
import { arrivals, roughly } from '../noise.ts';
import type { Region } from '../raft/region.ts';
import { peerIn } from '../raft/votes.ts';
import type { World } from '../world.ts';
import { applyThreads, applyTurns } from './apply-turns.ts';
import type { StoreLoad } from './pipeline.ts';
import { type Handled, slowApplyLine, slowPeerLine } from './slow-turn-lines.ts';
import type { Store } from './store.ts';
import { stalledWriteLine } from './writer.ts';

/** A turn of the log writer or of the apply pool is written down from a second on (`SlowTimer`), what a raft thread does for one region from a tenth of that on. */
const slowMs: Millis = 1_000;
const slowPeerMs: Millis = 100;
/** Whether RocksDB takes writes again is looked at so often. */
const lookAgainMs: Millis = 100;
/** `store-pool-size`. */
const raftThreads = 2;
/** What a raft thread needs for the messages of one region, on cores that are free (28 slow ones in recordings/tikv-write-overload). */
const peerMs: Millis = 0.54;
/** Regions that a raft thread comes to for each entry: when it is proposed or arrives, and every other time once more when it is on disk. */
const comesPerEntry = 1.5;

/** Turns of a store's threads that took so long that it says so. */
export class SlowTurns {
  readonly #world: World;
  readonly #store: Store;
  readonly #random: Random;
  readonly #applying: boolean[] = Array.from({ length: applyThreads }, () => false);
  #entriesPerSecond = 0;

  constructor(world: World, store: Store) {
    this.#world = world;
    this.#store = store;
    this.#random = world.random.fork(`slow-turns-${store.id}-${store.process.incarnation}`);
  }

  /** What a tick's work takes. */
  tick({ entries, followedEntries }: StoreLoad, spanSeconds: number): void {
    this.#entriesPerSecond = (entries + followedEntries) / spanSeconds;
    if (this.#entriesPerSecond === 0) return;
    this.#apply(spanSeconds);
    // On a machine that is not full none in e^20 is.
    if (this.#peerMs < slowPeerMs / 20) return;
    const long = Math.exp(-slowPeerMs / this.#peerMs);
    for (let left = arrivals(this.#random, long * comesPerEntry * (entries + followedEntries)); left > 0; left--) this.#longTurn(spanSeconds);
  }

  /** The process was stopped for so long in the middle of what its threads did; the log writer is nearly always at something. */
  resumed(pausedMs: Millis): void {
    const turns = applyTurns(this.#store, this.#entriesPerSecond);
    const applying = (turns.perSecond / applyThreads) * (averageMs(this.#store.queue.applyTurn) / 1_000);
    const handling = (this.#entriesPerSecond * comesPerEntry * this.#peerMs) / 1_000 / raftThreads;
    for (let thread = 0; thread < raftThreads; thread++) if (pausedMs >= slowPeerMs && this.#random.chance(handling)) this.#tellPeer(pausedMs);
    if (pausedMs < slowMs) return;
    this.#store.log(stalledWriteLine(this.#store, pausedMs));
    for (const [thread, begun] of this.#applying.entries()) if (!begun && this.#random.chance(applying)) this.#store.log(slowApplyLine(this.#store, { thread, entries: 1, tookMs: pausedMs }));
  }

  /** Work between two waits takes as long as a busy server's: exponentially, around what a free core needs, stretched. */
  get #peerMs(): Millis {
    return peerMs * this.#store.queue.cpuStretch;
  }

  get #stopped(): boolean {
    return this.#store.brakes.stall.bytesPerSecond === 0;
  }

  #apply(spanSeconds: number): void {
    const { queue: { applyTurn }, brakes } = this.#store;
    const held = this.#stopped || brakes.applyMs >= slowMs;
    const long = applyTurn.wait;
    if (!held && long === undefined) return;
    for (const [thread, begun] of this.#applying.entries()) {
      if (begun) continue;
      if (held) this.#begin(thread, roughly(this.#random, averageMs(applyTurn) + brakes.applyMs));
      else if (long && this.#random.chance(this.#slowWithin(long, spanSeconds))) this.#begin(thread, slowMs - long.meanMs * Math.log(1 - this.#random.unit()));
    }
  }

  /** How likely it is that one of a thread's turns in this span takes so long that it is told. */
  #slowWithin({ share, meanMs }: Wait, spanSeconds: number): number {
    const turns = (applyTurns(this.#store, this.#entriesPerSecond).perSecond / applyThreads) * spanSeconds;
    return 1 - (1 - share * Math.exp(-slowMs / meanMs)) ** turns;
  }

  #begin(thread: number, spanMs: Millis): void {
    const entries = Math.round((this.#entriesPerSecond / applyThreads) * Math.max(1, spanMs / 1_000));
    this.#applying[thread] = true;
    const sinceMs = this.#world.engine.nowMs;
    this.#store.process.after(spanMs, () => this.#end({ thread, sinceMs, entries }));
  }

  /** A turn does not end before RocksDB takes its batch. */
  #end(turn: { readonly thread: number; readonly sinceMs: Millis; readonly entries: number }): void {
    if (this.#stopped) return this.#store.process.after(lookAgainMs, () => this.#end(turn));
    this.#applying[turn.thread] = false;
    const tookMs = this.#world.engine.nowMs - turn.sinceMs;
    if (tookMs >= slowMs) this.#store.log(slowApplyLine(this.#store, { ...turn, tookMs }));
  }

  #longTurn(withinSeconds: number): void {
    const tookMs = slowPeerMs - this.#peerMs * Math.log(1 - this.#random.unit());
    this.#store.process.after(this.#random.unit() * withinSeconds * 1_000, () => this.#tellPeer(tookMs));
  }

  #tellPeer(tookMs: Millis): void {
    const { led, held } = this.#world.index.of(this.#store.id);
    const regions = led.size > 0 ? led.items : held.items;
    const region = regions[this.#random.below(regions.length)];
    if (region) this.#store.log(slowPeerLine(region, peerIn(region, this.#store), { handled: this.#handled(region), tookMs }));
  }

  /** What had come for it when its turn began: at least what called the thread. */
  #handled(region: Region): Handled {
    const { queue, id } = this.#store;
    const commands = region.leader === id ? this.#world.traffic.writesPerSecond(region) : 0;
    const waitSeconds = queue.requestWait.medianMs / 1_000;
    const came = (perSecond: number) => arrivals(this.#random, perSecond * waitSeconds);
    const handled = { RaftMessage: came(commands), RaftCommand: came(commands), Tick: came(1), Persisted: came(Math.min(commands, queue.turnsPerSecond)) };
    return Object.values(handled).some((count) => count > 0) ? handled : { ...handled, Persisted: 1 };
  }
}
