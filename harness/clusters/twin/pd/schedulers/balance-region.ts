import { type Peer, type Region, isVoter, peerOn } from '../../raft/region.ts';
import type { World } from '../../world.ts';
import { refusalOf, scoreOf, targetFor } from '../candidates.ts';
import { isHot } from '../hot-spots.ts';
import { schedulerEvents } from '../leader-counters.ts';
import { moveSteps } from '../steps.ts';
import type { StoreView } from '../views.ts';
import type { Scheduler } from './scheduler.ts';

const name = 'balance-region-scheduler';
/** `maxStoreRegionCount x 0.005`, in average regions, and at least one. */
const toleranceShare = 0.005;
const picksPerStore = 10;

/**
 * balance-region: takes one replica from the store with the highest score to the lowest that does not hold that region,
 * until their scores differ by less than an average region on either side. With as many stores as replicas every store
 * holds every region, so there is nothing that it could move.
 */
export function balanceRegion(world: World): Scheduler {
  const random = world.random.fork(name);
  const events = schedulerEvents(world, name);
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

  function sources(): StoreView[] {
    const up = world.pd.upStores().filter((view) => !view.leaving);
    return up.map((view) => ({ view, score: scoreOf(world, view, 0) })).sort((a, b) => b.score - a.score).map(({ view }) => view);
  }

  /** Replicas that may leave: healthy followers without an operator. */
  function movable(from: StoreView): Region[] {
    return world.index.of(from.id).held.items.filter((region) => {
      const view = world.pd.regions.get(region.id);
      const peer = peerOn(region, from.id);
      return peer !== undefined && isVoter(peer) && view !== undefined && view.leader !== from.id && view.leader !== 0 && view.pending.length === 0 && view.down.length === 0 && !world.pd.operators.has(region);
    });
  }

  function moveFrom(source: StoreView, leastMib: number): boolean {
    const most = scoreOf(world, source, -leastMib);
    if (![...world.pd.stores.values()].some((view) => view !== source && scoreOf(world, view, leastMib) < most)) return false;
    const followers = movable(source);
    for (let n = 0; n < picksPerStore && followers.length > 0; n++) {
      const region = random.pick(followers);
      const target = targetOf(region, source);
      if (!target) continue;
      // After the move the source must still have more, or it would come back.
      const marginMib = Math.max(leastMib, region.sizeMib * tolerance);
      const [high, low] = [scoreOf(world, source, -marginMib), scoreOf(world, target, marginMib)];
      if (low < high) return order(region, { source, target, high, low });
    }
    return false;
  }

  function targetOf(region: Region, source: StoreView): StoreView | undefined {
    const view = world.pd.regions.get(region.id);
    if (view && isHot(view, 'write')) return void events.add('region-hot');
    if (!world.pd.storeLimits.allows(source.id, 'remove-peer', region.sizeMib)) {
      world.pd.metrics?.counter('pd_schedule_source_filter', { scope: name, source: String(source.id), type: 'store-state-exceed-remove-limit-filter' }).add(1);
      return undefined;
    }
    const keepsRules = (id: number) => world.pd.placement.fit(swapped(region, source.id, id)).orphans.length === 0;
    const { store } = targetFor(world, region, { scope: name, fits: keepsRules, leaving: source.id });
    if (!store) events.add('no-replacement');
    return store;
  }

  function order(region: Region, { source, target, high, low }: { readonly source: StoreView; readonly target: StoreView; readonly high: number; readonly low: number }): boolean {
    const steps = moveSteps(peerOn(region, source.id) as Peer, world.pd.newPeer(target.id), undefined);
    const info = { sourceScore: high.toFixed(2), targetScore: low.toFixed(2) };
    const added = world.pd.operators.start({ scheduler: name, region, kind: 'region', brief: `mv peer: store [${source.id}] to [${target.id}]`, steps, info });
    events.add(added ? 'new-operator' : 'create-operator-fail');
    return added;
  }

  /** Nothing can be moved where every store that may take replicas holds everything. */
  const hasRoom = (): boolean => [...world.pd.stores.values()].filter((view) => refusalOf(world, view, 0) === undefined).length > world.pd.config.replicas;

  return {
    name,
    config: () => ({ ranges: [{ 'end-key': '', 'start-key': '' }] }),
    run: () => {
      events.add('schedule');
      if (!hasRoom()) return false;
      if (world.pd.operators.countOf('region') >= Number(world.pd.config.get('region-schedule-limit'))) return world.pd.operators.refuse(name, 'region');
      const leastMib = averageMargin();
      return sources().some((source) => moveFrom(source, leastMib));
    },
  };
}

const swapped = ({ peers }: Region, from: number, to: number): Peer[] => peers.map((peer) => (peer.storeId === from ? { ...peer, storeId: to } : peer));
