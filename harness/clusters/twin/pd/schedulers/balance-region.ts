import { type Peer, type Region, isVoter, peerOn } from '../../raft/region.ts';
import type { World } from '../../world.ts';
import { scoreOf, targetFor } from '../candidates.ts';
import { isHot } from '../hot-spots.ts';
import { LeaderCounters, schedulerEvents } from '../leader-counters.ts';
import { moveSteps } from '../steps.ts';
import type { StoreView } from '../views.ts';
import { drawn, isWell, RetryQuota } from './picks.ts';
import type { Scheduler } from './scheduler.ts';

const name = 'balance-region-scheduler';
/** `maxStoreRegionCount x 0.005`, in average regions, and at least one. */
const toleranceShare = 0.005;

/**
 * balance-region: takes one replica from the store with the highest score to the lowest that does not hold that region,
 * until their scores differ by less than an average region on either side. Regions with hot writes stay. With as many stores as replicas every
 * store holds every region: it looks, and finds no replacement.
 */
export function balanceRegion(world: World): Scheduler {
  const random = world.random.fork(name);
  const events = schedulerEvents(world, name);
  const filters = new LeaderCounters(world, (registry, target) => registry.counter('pd_schedule_target_filter', { scope: name, target, type: 'exclude-filter' }));
  const quota = new RetryQuota();
  /** What a move of an average region must leave of the difference. */
  const averageMargin = (): number => {
    const regions = [...world.pd.stores.keys()].map((id) => world.index.of(id));
    const most = Math.max(0, ...regions.map(({ held }) => held.size));
    const replicas = regions.reduce((total, { held }) => total + held.size, 0);
    const average = regions.reduce((total, { heldMib }) => total + heldMib, 0) / Math.max(1, replicas);
    tolerance = Number(world.pd.config.get('tolerant-size-ratio')) || Math.max(1, most * toleranceShare);
    return average * tolerance;
  };
  let tolerance = 1;
  /** For how many tries the present one stands. */
  let weight = 1;

  function sources(): StoreView[] {
    const up = world.pd.upStores().filter((view) => !view.leaving);
    return up.map((view) => ({ view, score: scoreOf(world, view, 0) })).sort((a, b) => b.score - a.score).map(({ view }) => view);
  }

  /** A follower that may leave: its region is well and has no replica too many, though an operator may have begun with it. */
  function movable(from: StoreView): Region | undefined {
    return drawn(random, world.index.of(from.id).held.items, (region) => {
      const view = world.pd.regions.get(region.id);
      const peer = peerOn(region, from.id);
      return peer !== undefined && view !== undefined && view.leader !== from.id && view.leader !== 0 && isWell(view) && view.peers.every(isVoter);
    });
  }

  function moveOne(source: StoreView, { emptier, leastMib }: Search): boolean {
    const region = movable(source);
    const view = region && world.pd.regions.get(region.id);
    if (!region || !view) return false;
    if (isHot(view, 'write')) {
      events.add('region-hot', weight);
      return false;
    }
    excluded(region, emptier);
    if (emptier.some((each) => scoreOf(world, each, leastMib) < scoreOf(world, source, -leastMib)) && order(region, source, leastMib)) return true;
    events.add('no-replacement', weight);
    return false;
  }

  /** Stores that hold the region already. */
  function excluded(region: Region, emptier: readonly StoreView[]): void {
    for (const { id } of emptier) if (peerOn(region, id)) filters.add(String(id), weight);
  }

  function targetOf(region: Region, source: StoreView): StoreView | undefined {
    if (!world.pd.storeLimits.allows(source.id, 'remove-peer', region.sizeMib)) {
      world.pd.metrics?.counter('pd_schedule_source_filter', { scope: name, source: String(source.id), type: 'store-state-exceed-remove-limit-filter' }).add(1);
      return undefined;
    }
    const keepsRules = (id: number) => world.pd.placement.fit(swapped(region, source.id, id)).orphans.length === 0;
    return targetFor(world, region, { scope: name, fits: keepsRules, leaving: source.id }).store;
  }

  /** After the move the source must still have more, or the replica would come back. */
  function order(region: Region, source: StoreView, leastMib: number): boolean {
    const target = targetOf(region, source);
    if (!target) return false;
    const marginMib = Math.max(leastMib, region.sizeMib * tolerance);
    const [high, low] = [scoreOf(world, source, -marginMib), scoreOf(world, target, marginMib)];
    if (low >= high) {
      events.add('skip');
      return false;
    }
    const steps = moveSteps(peerOn(region, source.id) as Peer, world.pd.newPeer(target.id), undefined);
    const info = { sourceScore: high.toFixed(2), targetScore: low.toFixed(2) };
    const added = world.pd.operators.start({ scheduler: name, region, kind: 'region', brief: `mv peer: store [${source.id}] to [${target.id}]`, steps, info });
    if (added) events.add('new-operator');
    return true;
  }

  /** The emptiest store has nobody to give to. */
  const attempt = (all: readonly StoreView[], leastMib: number): boolean =>
    all.slice(0, -1).some((source, at) => quota.spend(source.id, () => moveOne(source, { emptier: all.slice(at + 1), leastMib })));

  return {
    name,
    limit: { kind: 'region', item: 'region-schedule-limit' },
    config: () => ({ ranges: [{ 'end-key': '', 'start-key': '' }] }),
    run: (tries) => {
      const leastMib = averageMargin();
      const all = sources();
      const [fullest, emptiest] = [all[0], all.at(-1)];
      if (!fullest || !emptiest) return false;
      // Where nothing can come of any try, one shows what all would.
      weight = scoreOf(world, emptiest, leastMib) < scoreOf(world, fullest, -leastMib) ? 1 : tries;
      for (let n = 0; n < tries; n += weight) if (attempt(all, leastMib)) return true;
      return false;
    },
  };
}

/** Among which stores a replica may go, and by how much the difference must shrink. */
interface Search {
  readonly emptier: readonly StoreView[];
  readonly leastMib: number;
}

const swapped = ({ peers }: Region, from: number, to: number): Peer[] => peers.map((peer) => (peer.storeId === from ? { ...peer, storeId: to } : peer));
