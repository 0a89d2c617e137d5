import type { Invariant, Violation } from '../../contract.ts';
import type { StoreView, TikvObservation } from '../observation.ts';
import { amount, percent, withoutLeadership } from './words.ts';

/** From here on PD's schedulers avoid a store as slow. */
const slowScoreLimit = 80;
const latencyLimitSeconds = 0.1;
const diskLimit = 0.7;

/** Why a store counts as down, or undefined where it does not. */
export function whyDown(store: StoreView, observation: TikvObservation): string | undefined {
  // A store that is being removed or is gone is not missed.
  if (store.state === 'Offline' || store.state === 'Tombstone') return undefined;
  // A target that a leading PD does not list has not joined yet or has left; with nobody leading the list is unknown.
  if (store.state === undefined && observation.controlPlane.state === 'leading') return undefined;
  if (store.scraped === false && !beatsOn(store)) return store.state ? `its metrics endpoint does not answer, PD calls it ${store.state}` : 'its metrics endpoint does not answer';
  if (store.state !== 'Disconnected' && store.state !== 'Down') return undefined;
  if (store.heard === false && !isOverdue(store, observation)) return undefined;
  const silentMs = store.lastHeartbeatMs === undefined ? undefined : observation.atMs - store.lastHeartbeatMs;
  return `PD calls it ${store.state}${silentMs === undefined ? '' : `, last heartbeat ${amount(silentMs / 1000)} s ago`}${store.scraped ? '; its metrics endpoint answers' : ''}`;
}

/** No scrape for longer than PD would wait for a heartbeat, yet PD still hears it: the instruments failed, not the store. */
const beatsOn = ({ state, heard, darkForLong }: StoreView): boolean => state === 'Up' && heard === true && darkForLong === true;

/**
 * A state that PD inherited counts only once its leader has led long enough to hear every store, and never for a store
 * that has yet to send its first heartbeat. Where that leader has heard nobody at all, its hearing is as suspect as a
 * store that nothing else watches.
 */
const isOverdue = (store: StoreView, { controlPlane, stores }: TikvObservation): boolean =>
  controlPlane.settled && store.lastHeartbeatMs !== undefined && (store.scraped !== undefined || stores.some(({ heard }) => heard === true));

const perStore = (judge: (store: StoreView, observation: TikvObservation) => Omit<Violation, 'component'> | undefined): Invariant<TikvObservation>['violations'] => (observation) =>
  observation.stores.flatMap((store) => {
    const found = judge(store, observation);
    return found ? [{ component: store.node, ...found }] : [];
  });

/** Alive by PD's account, and no scrape for {@link StoreView.darkForLong}: half of the evidence is missing. */
const isDark = (store: StoreView): boolean => store.scraped === false && beatsOn(store);

/** Invariants of single stores. */
export const storeInvariants: readonly Invariant<TikvObservation>[] = [
  {
    name: 'store-down',
    title: 'Every store is alive',
    severity: 'critical',
    graceMs: 0,
    cannotTell: withoutLeadership,
    violations: perStore((store, observation) => {
      const why = whyDown(store, observation);
      return why === undefined ? undefined : { detail: `${store.node}: ${why}` };
    }),
  },
  {
    name: 'high-latency',
    title: 'Requests are answered within 100 ms (p99 of a store)',
    severity: 'critical',
    graceMs: 60_000,
    violations: perStore(({ node, latency }) =>
      latency && latency.p99Seconds > latencyLimitSeconds ? { detail: `${node}: ${latency.type} p99 ${amount(latency.p99Seconds * 1000)} ms`, value: latency.p99Seconds } : undefined,
    ),
  },
  {
    name: 'disk-usage',
    title: 'Disks are at most 70 % full',
    severity: 'warning',
    graceMs: 0,
    cannotTell: withoutLeadership,
    violations: perStore(({ node, diskUsed }) => (diskUsed !== undefined && diskUsed > diskLimit ? { detail: `${node}: ${percent(diskUsed)} of its disk is used`, value: diskUsed } : undefined)),
  },
  {
    name: 'store-slow',
    title: 'No store finds its own disk slow',
    severity: 'critical',
    // Two looks: a score that is on its way down from an earlier trouble passes the limit once.
    graceMs: 5_000,
    violations: perStore(({ node, slowScore }) => (slowScore !== undefined && slowScore >= slowScoreLimit ? { detail: `${node}: slow score ${amount(slowScore)} of 100`, value: slowScore } : undefined)),
  },
  {
    name: 'departure-stalled',
    title: 'A store that is to leave gets emptier',
    severity: 'warning',
    graceMs: 15_000,
    cannotTell: withoutLeadership,
    violations: perStore(({ node, state, regions = 0, regionsBefore }) =>
      state === 'Offline' && regionsBefore !== undefined && regions > 0 && regions >= regionsBefore ? { detail: `${node}: to leave, and keeps its ${regions} regions`, value: regions } : undefined,
    ),
  },
  {
    name: 'telemetry-lost',
    title: 'Every store that lives is scraped',
    severity: 'warning',
    graceMs: 0,
    cannotTell: withoutLeadership,
    violations: perStore((store) => (isDark(store) ? { detail: `${store.node}: PD hears its heartbeats, its metrics endpoint does not answer` } : undefined)),
  },
];
