import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { LoadSpec } from '../../contract.ts';
import type { Stalled } from '../clients/plan.ts';
import { normal } from '../noise.ts';
import type { DiskUsage } from '../store/space.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { type Bunch, BunchedTicks } from './bunched-ticks.ts';
import { awakeShare, Sleepers } from './sleepers.ts';
import { tickParts } from './tick-phase.ts';

/** What a store's replicas do on average while nothing changes. */
interface Expected {
  /** How many leaders are awake, and how many replicas. */
  readonly leaders: number;
  readonly replicas: number;
  readonly variance: number;
  /** How many replicas at each part of a tick, where ticks lie together. */
  readonly atParts: readonly number[] | undefined;
  readonly basis: Basis;
}

/** What it was reckoned from. */
interface Basis {
  readonly changes: number;
  readonly revision: number;
  readonly load: LoadSpec;
  readonly stalled: readonly Stalled[] | undefined;
  readonly usage: DiskUsage;
  readonly bunch: Bunch | undefined;
}

/**
 * Which replicas are awake when somebody looks. A leader is while its region has something to do; a follower only from each message of its leader until its own next
 * tick, so that half of all replicas of a busy cluster are asleep at any instant, and others at the next. Nothing happens for that: a store's expected number follows
 * from its regions' rates and is reckoned anew when something changed, and a look draws around it.
 */
export class AwakePeers {
  readonly #world: World;
  readonly #random: Random;
  readonly #ticks: BunchedTicks;
  readonly #known = new Map<number, Expected>();
  readonly #seen = new Map<number, { readonly atMs: Millis; readonly awake: number }>();

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork('awake-peers');
    this.#ticks = new BunchedTicks(world);
  }

  /** How many leaders on this store are awake, on average. */
  leaders(store: Store): number {
    return this.#expected(store).leaders;
  }

  /** How many replicas on this store are awake at this instant. */
  count(store: Store): number {
    const { nowMs } = this.#world.engine;
    const seen = this.#seen.get(store.id);
    if (seen?.atMs === nowMs) return seen.awake;
    const { variance, basis, atParts, ...expected } = this.#expected(store);
    const replicas = atParts && basis.bunch ? basis.bunch.phase.mean(atParts, nowMs) : expected.replicas;
    const drawn = Math.round(replicas + (variance === 0 ? 0 : normal(this.#random) * Math.sqrt(variance)));
    const awake = Math.max(0, Math.min(this.#world.index.of(store.id).held.size, drawn));
    this.#seen.set(store.id, { atMs: nowMs, awake });
    return awake;
  }

  #expected(store: Store): Expected {
    const known = this.#known.get(store.id);
    const basis = this.#basis(store);
    if (known && isSame(known.basis, basis)) return known;
    const expected = this.#reckon(store, basis);
    this.#known.set(store.id, expected);
    return expected;
  }

  #basis(store: Store): Basis {
    const { index, revision, traffic } = this.#world;
    const { stalled } = traffic.routes;
    return { changes: index.of(store.id).changes, revision, load: traffic.load, stalled: stalled.length > 0 ? stalled : undefined, usage: store.space.usage, bunch: this.#ticks.of(store) };
  }

  #reckon(store: Store, basis: Basis): Expected {
    let [leaders, replicas, variance] = [0, 0, 0];
    const sleepers = new Sleepers(this.#world, store);
    const atParts = basis.bunch && tickParts.map(() => 0);
    for (const region of this.#world.index.of(store.id).held.items) {
      const sleep = sleepers.of(region);
      const share = awakeShare(sleep);
      if (region.leader === store.id) leaders += share;
      replicas += share;
      variance += share * (1 - share);
      if (atParts) addAtParts(atParts, (part) => (basis.bunch?.members.has(region) ? awakeShare(sleep, part) : share));
    }
    return { leaders, replicas, variance, atParts, basis };
  }
}

const addAtParts = (atParts: number[], shareAt: (part: number) => number): void => tickParts.forEach((part, at) => (atParts[at] = (atParts[at] ?? 0) + shareAt(part)));

const isSame = (a: Basis, b: Basis): boolean =>
  a.changes === b.changes && a.revision === b.revision && a.load === b.load && a.stalled === b.stalled && a.usage === b.usage && a.bunch === b.bunch;
