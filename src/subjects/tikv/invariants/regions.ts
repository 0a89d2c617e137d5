import type { Invariant, Violation } from '../../contract.ts';
import type { StoreView, TikvObservation } from '../observation.ts';
import { whyDown } from './stores.ts';
import { amount, percent, withoutLeadership } from './words.ts';

/** PD leaves a gap of up to ten leaders alone. */
const toleratedGap = 10;
const toleratedShare = 0.3;
const hotFactor = 3;
const busyPerSecond = 100;

interface Counted {
  readonly node: string;
  readonly count: number;
  readonly weight?: number | undefined;
}

/** Stores whose counts should be alike: those that live and may hold data. */
const comparable = (observation: TikvObservation): StoreView[] => observation.stores.filter((store) => store.state === 'Up' && whyDown(store, observation) === undefined);

/** Counts far from the median; the median, so that one store without leaders does not make its neighbours look odd. PD divides by the weights before it compares. */
function outliers(all: readonly Counted[], what: string): Violation[] {
  const counts = all.flatMap(({ node, count, weight = 1 }) => (weight > 0 ? [{ node, count, even: count / weight }] : []));
  if (counts.length < 2) return [];
  const mean = counts.reduce((sum, { even }) => sum + even, 0) / counts.length;
  const median = medianOf(counts.map(({ even }) => even));
  const limit = Math.max(toleratedGap, toleratedShare * mean);
  return counts.filter(({ even }) => Math.abs(even - median) > limit).map(({ node, count, even }) => ({ component: node, detail: `${node}: ${count} ${what}${even === count ? '' : ` (${amount(even)} by its weight)`}, the others ${amount(median)}`, value: count }));
}

/** One store serves most of the traffic: more than half of all, several times the typical store, and enough to matter. */
function hotStores(observation: TikvObservation): Violation[] {
  const rates = comparable(observation).flatMap(({ node, requestsPerSecond: rate }) => (rate === undefined ? [] : [{ node, rate }]));
  const total = rates.reduce((sum, { rate }) => sum + rate, 0);
  const typical = medianOf(rates.map(({ rate }) => rate));
  if (total < busyPerSecond) return [];
  return rates
    .filter(({ rate }) => rate > total / 2 && rate > hotFactor * typical)
    .map(({ node, rate }) => ({ component: node, detail: `${node}: ${amount(rate)} requests/s, ${percent(rate / total)} of all; a typical store has ${amount(typical)}`, value: rate }));
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/**
 * Regions that no store claims to lead, or undefined where the count of a store that may live cannot be seen. The
 * stores' own counts, because PD shows the leaders that it heard of last; a store that only PD has lost may lead on.
 */
function leaderlessRegions(observation: TikvObservation): number | undefined {
  const { total } = observation.regions;
  const counting = observation.stores.filter((store) => store.state !== 'Tombstone');
  const unseen = counting.some((store) => store.ownLeaders === undefined && !(store.scraped === false && whyDown(store, observation) !== undefined));
  if (total === undefined || counting.length === 0 || unseen) return undefined;
  return Math.max(0, total - counting.reduce((sum, { ownLeaders = 0 }) => sum + ownLeaders, 0));
}

function underReplicated({ regions }: TikvObservation): Violation[] {
  const kinds: readonly (readonly [string, number | undefined])[] = [['missing', regions.missPeer], ['down', regions.downPeer], ['pending', regions.pendingPeer]];
  const found = kinds.filter(([, count]) => (count ?? 0) > 0);
  if (found.length === 0) return [];
  return [{ component: 'cluster', detail: `regions with replicas ${found.map(([kind, count]) => `${kind}: ${count}`).join(', ')}`, value: Math.max(...found.map(([, count]) => count ?? 0)) }];
}

/** Invariants of regions and of how they are spread. */
export const regionInvariants: readonly Invariant<TikvObservation>[] = [
  {
    name: 'leader-imbalance',
    title: 'Leaders are spread over the stores',
    severity: 'warning',
    graceMs: 60_000,
    cannotTell: withoutLeadership,
    violations: (observation) => outliers(comparable(observation).map(({ node, leaders = 0, leaderWeight: weight }) => ({ node, count: leaders, weight })), 'leaders'),
  },
  {
    name: 'region-imbalance',
    title: 'Regions are spread over the stores',
    severity: 'warning',
    graceMs: 60_000,
    cannotTell: withoutLeadership,
    violations: (observation) => {
      const stores = comparable(observation);
      // With as many replicas as stores every store holds every region.
      if (stores.length <= (observation.maxReplicas ?? 3)) return [];
      return outliers(stores.map(({ node, regions = 0, regionWeight: weight }) => ({ node, count: regions, weight })), 'regions');
    },
  },
  {
    name: 'hot-store',
    title: 'No store serves most of the traffic alone',
    severity: 'warning',
    graceMs: 60_000,
    cannotTell: withoutLeadership,
    violations: hotStores,
  },
  {
    name: 'under-replicated',
    title: 'Every region has all its replicas',
    severity: 'warning',
    graceMs: 60_000,
    cannotTell: (observation) => withoutLeadership(observation) || Object.values(observation.regions).every((count) => count === undefined),
    violations: underReplicated,
  },
  {
    name: 'region-unavailable',
    title: 'Every region has a leader',
    severity: 'critical',
    // After an ordinary crash or hang the last election is over within 30 s, and the stores renew their count each 10 s.
    graceMs: 45_000,
    cannotTell: (observation) => withoutLeadership(observation) || leaderlessRegions(observation) === undefined,
    violations: (observation) => {
      const count = leaderlessRegions(observation) ?? 0;
      return count > 0 ? [{ component: 'cluster', detail: `no live store leads ${count} of ${observation.regions.total ?? 0} regions`, value: count }] : [];
    },
  },
];
