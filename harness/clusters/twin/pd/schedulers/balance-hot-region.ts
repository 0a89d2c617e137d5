import type { Json } from '../../../../../src/kernel/json.ts';
import type { Millis } from '../../../../../src/kernel/clock.ts';
import { type Peer, peerOn } from '../../raft/region.ts';
import type { World } from '../../world.ts';
import { refusalOf } from '../candidates.ts';
import { bestMove, type HotMove, type HotPeer, type HotStore, type Loads } from '../hot-balance.ts';
import { HotHistory } from '../hot-history.ts';
import { HotInfluences } from '../hot-influences.ts';
import { flowOf, type FlowKind, hotOn } from '../hot-spots.ts';
import { LeaderCounters, schedulerEvents } from '../leader-counters.ts';
import type { OperatorSpec } from '../operator.ts';
import { moveSteps } from '../steps.ts';
import type { RegionView, StoreView } from '../views.ts';
import type { Scheduler } from './scheduler.ts';

const name = 'balance-hot-region-scheduler';
/** From the published code of PD (`minHotScheduleInterval`, grown once by 1.3), and as recorded: 46 looks a minute, ten tries each. */
const pace = { busyMs: 1_000, idleMs: 1_300 };
/** So rarely a search that goes on being in vain is really made; the tries between count like it. */
const searchedEveryMs: Millis = 20_000;
/** In all recordings half of the tries for writes go by replicas, the others by leaders. */
const byPeers = 0.5;
/** A region that was moved is left alone for three of its reports. */
const restMs: Readonly<Record<FlowKind, Millis>> = { read: 30_000, write: 180_000 };
/** `min-hot-byte-rate`, `min-hot-key-rate` and `min-hot-query-rate`. */
export const leastRates: Readonly<Record<FlowKind, Loads>> = { read: [10, 100], write: [100, 10] };
type How = 'transfer-leader' | 'move-peer';
type Sort = 'read' | 'write by peers' | 'write by leaders';

/**
 * balance-hot-region: where one store has had more than its part of the reads, or of the writes, for five minutes, one hot region at a time is led
 * from another store or moved to one. Reads are compared by queries and bytes, replicas that are written by bytes and keys. Raw puts are no write
 * queries to PD (measured), and leaders of hot writes are compared by those first, so it never hands one over for the writes of raw clients.
 */
export function balanceHotRegion(world: World): Scheduler {
  const random = world.random.fork(name);
  const influences = new HotInfluences();
  const histories = { read: new HotHistory(), write: new HotHistory() };
  const moved = new Map<number, Millis>();
  const events = schedulerEvents(world, name);
  const searches = { read: { 'transfer-leader': searchOf(world, 'read-leader'), 'move-peer': searchOf(world, 'read-peer') }, write: { 'transfer-leader': searchOf(world, 'write-leader'), 'move-peer': searchOf(world, 'write-peer') } };

  function storesOf(kind: FlowKind, how: How): HotStore[] {
    return world.pd.upStores().filter((view) => !view.leaving).map((view) => ({
      id: view.id, load: loadOf(view, kind), pending: influences.on(view.id, kind), gives: histories[kind].wasAbove(view.id),
      takes: histories[kind].wasBelow(view.id) && (how === 'transfer-leader' ? world.pd.acceptsLeaders(view) : refusalOf(world, view, 0) === undefined),
    }));
  }

  function peersOn(storeId: number, kind: FlowKind, how: How): HotPeer<RegionView>[] {
    return hotOn(world.pd.regions.hot(kind), storeId, { kind, leadersOnly: kind === 'read' || how === 'transfer-leader' }).filter((view) => isMovable(view, kind)).map((of) => ({ of, rates: ratesOf(of, kind) }));
  }

  function isMovable(view: RegionView, kind: FlowKind): boolean {
    const rests = world.engine.nowMs - (moved.get(view.id) ?? -Infinity) < restMs[kind];
    return !rests && view.pending.length === 0 && view.down.length === 0 && view.region.merging === undefined && !world.pd.operators.has(view.region) && view.region.peers.length === world.pd.placement.wanted;
  }

  function allows({ of: view }: HotPeer<RegionView>, toId: number, how: How): boolean {
    const peer = peerOn(view.region, toId);
    return how === 'transfer-leader' ? peer !== undefined && peer.role === undefined : peer === undefined;
  }

  function look(kind: FlowKind, how: How, tries: number): boolean {
    if (world.pd.regions.hot(kind).length === 0) return false;
    const { nowMs } = world.engine;
    const search = searches[kind][how];
    const stores = nowMs < search.nextMs ? undefined : storesOf(kind, how);
    if (stores) search.failed = stores.filter(({ gives }) => !gives).map(({ id }) => String(id));
    for (const id of search.failed) search.failures.add(id, tries);
    // Leaders of hot writes are compared by queries first, of which raw puts make none.
    if (stores && (kind === 'read' || how === 'move-peer')) {
      const move = bestMove<RegionView>({ stores, peersOn: (id) => peersOn(id, kind, how), allows: (peer, to) => allows(peer, to, how), leastRates: leastRates[kind] });
      if (move && order(move, kind, how)) {
        search.pauseMs = pace.busyMs;
        return true;
      }
    }
    if (stores) search.nextMs = nowMs + (search.pauseMs = Math.min(search.pauseMs * 1.3, searchedEveryMs));
    return false;
  }

  function order(move: HotMove<RegionView>, kind: FlowKind, how: How): boolean {
    const { region } = move.peer.of;
    const spec = specOf(world, move, { kind, how });
    if (!world.pd.operators.start(spec)) {
      events.add('create_operator_failed');
      return false;
    }
    const operator = world.pd.operators.of(region);
    if (operator) influences.add({ operator, kind, from: move.from.id, to: move.to.id, rates: move.peer.rates });
    moved.set(region.id, world.engine.nowMs);
    const type = spec.scheduler.startsWith('transfer') ? 'transfer-leader' : spec.scheduler.endsWith('leader') ? 'move-leader' : 'move-peer';
    events.add(type);
    events.add('new_operator');
    for (const [store, direction] of [[move.from.id, 'out'], [move.to.id, 'in']] as const) {
      world.pd.metrics?.counter('pd_scheduler_hot_region_direction', { dim: dimOf(move, kind), direction, rw: kind, store: String(store), type }).add(1);
    }
    return true;
  }

  /** Tries of one sort see the same: the first shows what all of them would. */
  function balance(sort: Sort, tries: number): boolean {
    if (sort === 'write by peers') return look('write', 'move-peer', tries);
    const found = sort === 'read' ? look('read', 'transfer-leader', tries) || look('read', 'move-peer', tries) : look('write', 'transfer-leader', tries);
    if (!found) events.add('skip', tries);
    return found;
  }

  /** What each of so many tries looks at, in the order of the first of each sort. */
  function drawnSorts(tries: number): Map<Sort, number> {
    const sorts = new Map<Sort, number>();
    for (let n = 0; n < tries; n++) {
      const sort = random.chance(0.5) ? 'read' : random.chance(byPeers) ? 'write by peers' : 'write by leaders';
      sorts.set(sort, (sorts.get(sort) ?? 0) + 1);
    }
    return sorts;
  }

  return {
    name,
    pace,
    limit: { kind: 'hot-region', item: 'hot-region-schedule-limit' },
    config: () => settings,
    run: (tries) => {
      const { nowMs } = world.engine;
      influences.tidy(nowMs);
      for (const kind of ['read', 'write'] as const) histories[kind].note(nowMs, () => new Map(world.pd.upStores().map((view) => [view.id, loadOf(view, kind)])));
      return [...drawnSorts(tries)].some(([sort, times]) => balance(sort, times));
    },
  };
}

/** One way to look for a move. */
interface Search {
  /** By store that may not give. */
  readonly failures: LeaderCounters;
  failed: readonly string[];
  /** When it is made next, and how long after that: loads change little from one heartbeat to the next, so what was in vain stays so for a while. */
  nextMs: Millis;
  pauseMs: Millis;
}

const searchOf = (world: World, of: string): Search => ({
  failures: new LeaderCounters(world, (registry, store) => registry.counter('pd_scheduler_hot_region', { store, type: `src-store-failed-${of}` })), failed: [], nextMs: -Infinity, pauseMs: pace.busyMs,
});

const loadOf = ({ rates }: StoreView, kind: FlowKind): Loads => (kind === 'read' ? [rates.readQueries, rates.readBytes] : [rates.writeBytes, rates.writeKeys]);

/** What a region's report says, in the measures that its kind is compared by. */
function ratesOf(view: RegionView, kind: FlowKind): Loads {
  const { bytes, keys } = flowOf(view, kind);
  return kind === 'read' ? [keys, bytes] : [bytes, keys];
}

const dimOf = ({ betters }: HotMove<RegionView>, kind: FlowKind): string => {
  const [first, second] = kind === 'read' ? ['query', 'byte'] : ['byte', 'key'];
  return betters === 'all' ? 'all' : betters === 'second' ? (second as string) : betters === 'first' ? (first as string) : `${first}-only`;
};

/** The operator: a leader is handed over, or a replica moves, and takes the leadership with it where it has that. */
function specOf(world: World, { peer: { of: view }, from, to }: HotMove<RegionView>, { kind, how }: { readonly kind: FlowKind; readonly how: How }): OperatorSpec {
  const { region } = view;
  if (how === 'transfer-leader') return {
    scheduler: `transfer-hot-${kind}-leader`, region, kind: 'hot-region,leader', brief: `transfer leader: store ${from.id} to ${to.id}`, steps: [{ kind: 'transfer-leader', from: from.id, to: to.id }],
  };
  const leads = view.leader === from.id;
  const steps = moveSteps(peerOn(region, from.id) as Peer, world.pd.newPeer(to.id), leads ? to.id : undefined);
  return { scheduler: `move-hot-${kind}-${leads ? 'leader' : 'peer'}`, region, kind: leads ? 'hot-region,region,leader' : 'hot-region,region', brief: `mv peer: store [${from.id}] to [${to.id}]`, steps };
}

/** What the recorded clusters have. */
const settings: Json = {
  'min-hot-byte-rate': 100, 'min-hot-key-rate': 10, 'min-hot-query-rate': 10, 'max-zombie-rounds': 3, 'max-peer-number': 1000, 'byte-rate-rank-step-ratio': 0.05, 'key-rate-rank-step-ratio': 0.05,
  'query-rate-rank-step-ratio': 0.05, 'count-rank-step-ratio': 0.01, 'great-dec-ratio': 0.95, 'minor-dec-ratio': 0.99, 'src-tolerance-ratio': 1.05, 'dst-tolerance-ratio': 1.05,
  'write-leader-priorities': ['query', 'byte'], 'write-peer-priorities': ['byte', 'key'], 'read-priorities': ['query', 'byte'], 'strict-picking-store': 'true', 'enable-for-tiflash': 'true',
  'rank-formula-version': 'v2', 'forbid-rw-type': 'none', 'split-thresholds': 0.2, 'history-sample-duration': '5m0s', 'history-sample-interval': '30s',
};
