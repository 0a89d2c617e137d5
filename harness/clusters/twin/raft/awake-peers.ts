import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { LoadSpec } from '../../contract.ts';
import { isAwake, type Stalled } from '../clients/plan.ts';
import { normal } from '../noise.ts';
import type { DiskUsage } from '../store/space.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { followerAwake, leaderAwake } from './dozing.ts';
import { withRoom } from './full-disks.ts';
import type { Region } from './region.ts';

/** What a store's replicas do on average while nothing changes. */
interface Expected {
  /** How many leaders are awake, and how many replicas. */
  readonly leaders: number;
  readonly replicas: number;
  readonly variance: number;
  readonly basis: Basis;
}

/** What it was reckoned from. */
interface Basis {
  readonly changes: number;
  readonly revision: number;
  readonly load: LoadSpec;
  readonly stalled: readonly Stalled[] | undefined;
  readonly usage: DiskUsage;
}

/** How a follower stands to the store that leads it. */
type Hears = 'its leader' | 'nothing yet' | 'that it is gone';

/**
 * Which replicas are awake when somebody looks. A leader is while its region has something to do; a follower only from each message of its leader until its own next
 * tick, so that half of all replicas of a busy cluster are asleep at any instant, and others at the next. Nothing happens for that: a store's expected number follows
 * from its regions' rates and is reckoned anew when something changed, and a look draws around it.
 */
export class AwakePeers {
  readonly #world: World;
  readonly #random: Random;
  readonly #known = new Map<number, Expected>();
  readonly #seen = new Map<number, { readonly atMs: Millis; readonly awake: number }>();

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork('awake-peers');
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
    const { replicas, variance } = this.#expected(store);
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
    return { changes: index.of(store.id).changes, revision, load: traffic.load, stalled: stalled.length > 0 ? stalled : undefined, usage: store.space.usage };
  }

  #reckon(store: Store, basis: Basis): Expected {
    let [leaders, replicas, variance] = [0, 0, 0];
    const hears = this.#hearing(store);
    for (const region of this.#world.index.of(store.id).held.items) {
      const leads = region.leader === store.id;
      const share = leads ? this.#leaderShare(region) : this.#followerShare(region, store, hears);
      if (leads) leaders += share;
      replicas += share;
      variance += share * (1 - share);
    }
    return { leaders, replicas, variance, basis };
  }

  #leaderShare(region: Region): number {
    if (this.#world.hibernation.isRoused(region)) return 1;
    const { traffic } = this.#world;
    return leaderAwake(traffic.readsPerSecond(region) + traffic.writesPerSecond(region));
  }

  #followerShare(region: Region, store: Store, hears: (leaderId: number) => Hears): number {
    const leader = this.#world.storeOf(region.leader);
    if (!leader) return region.hibernated ? 0 : 1;
    const heard = hears(leader.id);
    if (heard !== 'its leader') return heard === 'nothing yet' || region.hibernated ? 0 : 1;
    return followerAwake(this.#takesEntries(region, leader, store) ? this.#world.traffic.writesPerSecond(region) : 0, this.#leaderShare(region));
  }

  /** Whether its leader sends it what clients write: not while they wait, not to a disk that hangs, and not where there is hardly room. */
  #takesEntries(region: Region, leader: Store, store: Store): boolean {
    if (store.host.disk.hung || this.#world.traffic.routes.isStalled(region)) return false;
    const followerIds = () => region.peers.map(({ storeId }) => storeId).filter((id) => id !== leader.id);
    return store.space.usage === 'Normal' || withRoom(this.#world, region, { leader, followerIds: followerIds() }).includes(store.id);
  }

  #hearing(store: Store): (leaderId: number) => Hears {
    const { links } = this.#world;
    const known = new Map<number, Hears>();
    const look = (leader: Store | undefined): Hears => {
      if (leader && isAwake(leader) && links.carries(leader, store)) return 'its leader';
      return leader && links.connected(store, leader) ? 'nothing yet' : 'that it is gone';
    };
    return (leaderId) => {
      let heard = known.get(leaderId);
      if (heard === undefined) known.set(leaderId, (heard = look(this.#world.storeOf(leaderId))));
      return heard;
    };
  }
}

const isSame = (a: Basis, b: Basis): boolean => a.changes === b.changes && a.revision === b.revision && a.load === b.load && a.stalled === b.stalled && a.usage === b.usage;
