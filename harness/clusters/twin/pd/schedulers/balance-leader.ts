import { peerOn, type Region } from '../../raft/region.ts';
import type { World } from '../../world.ts';
import { schedulerEvents } from '../leader-counters.ts';
import type { LeaderMove } from '../operators.ts';
import type { RegionView } from '../views.ts';
import { drawn, isWell, RetryQuota } from './picks.ts';
import { leaderLimit, leadersOn, type Scheduler } from './scheduler.ts';

const name = 'balance-leader-scheduler';
const batch = 4;

/**
 * balance-leader: the store with most leaders gives one to the follower that has fewest, the store with fewest takes one, and where
 * that comes to nothing the next ones try, while two differ by more than twice the tolerance (5): it stops at a gap of 10. A store that
 * PD believes Up is a target even when it is dead already. As in PD's published code, but that hot regions move like others: under the
 * lab's even loads nearly all of a hundred are hot, in the recordings half. Events are named and counted as recorded.
 */
export function balanceLeader(world: World): Scheduler {
  const { pd } = world;
  const random = world.random.fork(name);
  const events = schedulerEvents(world, name);
  const quota = new RetryQuota();

  /** What one look orders, given out when all of it is found. */
  let orders: LeaderMove[] = [];
  const ordered = (id: number): number => orders.reduce((sum, { from, to }) => sum + (to === id ? 1 : 0) - (from === id ? 1 : 0), 0);
  const leadersSoon = (id: number): number => leadersOn(world, id) + pd.operators.influence(id) + ordered(id);
  /** Those from which nobody keeps leaders away by order. */
  const sources = (): number[] => pd.upStores().map(({ id }) => id).filter((id) => !pd.pausedForLeaders.has(id));
  const targets = (): number[] => pd.upStores().filter((view) => pd.acceptsLeaders(view)).map(({ id }) => id);

  const isEven = (most: number, least: number): boolean => most - pd.config.leaderTolerance <= least + pd.config.leaderTolerance;
  const note = (event: string): void => events.add(event, weight);
  /** For how many tries the present one stands. */
  let weight = 1;

  function order({ region }: RegionView, from: number, to: number): boolean {
    const [source, target] = [leadersSoon(from), leadersSoon(to)];
    if (isEven(source, target)) {
      note('skip');
      return false;
    }
    const { leaderTolerance } = pd.config;
    const info = { sourceScore: (source - leaderTolerance).toFixed(2), targetScore: (target + leaderTolerance).toFixed(2) };
    const isNew = !orders.some((each) => each.region === region);
    if (isNew) orders.push({ scheduler: name, region, from, to, brief: `transfer leader: store ${from} to ${to}`, info });
    return isNew;
  }

  function give(from: number): boolean {
    const view = drawn(random, pd.regions.ledBy(from).views.items, isWell);
    if (!view) note('no-leader-region');
    if (!view) return false;
    const followers = view.region.peers.map(({ storeId }) => storeId).filter((id) => id !== from && pd.acceptsLeadersOn(id));
    const done = followers.sort((a, b) => leadersSoon(a) - leadersSoon(b)).some((to) => order(view, from, to));
    if (!done) note('no-target-store');
    return done;
  }

  function take(to: number): boolean {
    const followed = (region: Region): RegionView | undefined => {
      const view = peerOn(region, to) && pd.regions.get(region.id);
      return view && view.leader !== to && isWell(view) ? view : undefined;
    };
    const region = drawn(random, world.index.of(to).held.items, (each) => followed(each) !== undefined);
    const view = region && followed(region);
    if (!view) note('no-follower-region');
    if (!view) return false;
    if (view.leader !== 0) return order(view, view.leader, to);
    note('no-leader-region');
    return false;
  }

  /** Whoever has most gives and whoever has least takes, by turns, until a batch is ordered or all have failed. */
  function attempt(): boolean {
    const [giving, taking] = [new Ranking(sources(), (id) => -leadersSoon(id)), new Ranking(targets(), leadersSoon)];
    while (orders.length < batch && (giving.first !== undefined || taking.first !== undefined)) {
      for (const [ranking, act] of [[giving, give], [taking, take]] as const) {
        const { first } = ranking;
        if (first === undefined || orders.length >= batch) continue;
        if (!quota.spend(first, () => act(first))) {
          ranking.pass();
          continue;
        }
        // What was found a moment ago counts already.
        for (const each of [giving, taking]) each.sort();
      }
    }
    return giveOut();
  }

  /** A region that has an operator is found like others, and its new one ends before it starts. */
  function giveOut(): boolean {
    const found = orders;
    orders = [];
    for (const order of found) if (pd.operators.add(order)) events.add('new-operator');
    return found.length > 0;
  }

  return {
    name,
    limit: leaderLimit,
    config: () => ({ ranges: [{ 'end-key': '', 'start-key': '' }], batch }),
    run: (tries) => {
      const counts = pd.upStores().map(({ id }) => leadersSoon(id));
      // Where nothing can come of any try, one shows what all would.
      weight = isEven(Math.max(0, ...counts), Math.min(...counts)) ? tries : 1;
      for (let n = 0; n < tries; n += weight) if (attempt()) return true;
      return false;
    },
  };
}

/** Stores, the neediest first; those for which nothing could be done are passed over. */
class Ranking {
  readonly #ids: number[];
  readonly #scoreOf: (id: number) => number;
  #passed = 0;

  constructor(ids: number[], scoreOf: (id: number) => number) {
    this.#ids = ids;
    this.#scoreOf = scoreOf;
    this.sort();
  }

  get first(): number | undefined {
    return this.#ids[this.#passed];
  }

  pass(): void {
    this.#passed++;
  }

  sort(): void {
    const scores = new Map(this.#ids.map((id) => [id, this.#scoreOf(id)]));
    this.#ids.sort((a, b) => (scores.get(a) ?? 0) - (scores.get(b) ?? 0) || a - b);
  }
}
