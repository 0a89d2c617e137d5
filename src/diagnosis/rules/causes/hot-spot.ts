import type { Cause } from '../cause.ts';

const remedies: Cause['remedies'] = [
  { action: 'split-region', on: 'component', benefits: 'spreads the load when it is many keys', risks: 'does nothing for a single key', reversible: false },
  { action: 'scatter-regions', benefits: 'spreads what was split', risks: 'moves leaders, cold caches', reversible: true },
  { action: 'throttle-load', benefits: 'protects the store meanwhile', risks: 'clients are slowed', reversible: true },
  { action: 'wait-and-watch', benefits: 'right while latency holds', risks: 'the store may saturate', reversible: true },
];
const elsewhere: Cause['forbids'] = [
  { sign: 'a-store-is-down', weight: 6 },
  { sign: 'leader-gap', weight: 4 },
  { sign: 'scheduler-missing', weight: 2 },
];

/** One region draws most of the reads. */
export const hotSpotRead: Cause = {
  kind: 'hot-spot-read',
  about: ['region', 'tikv'],
  needs: [['hot-read-region', 'takes-most-reads']],
  predicts: [{ sign: 'hot-read-region', weight: 7, missing: 0 }, { sign: 'takes-most-reads', weight: 5, missing: 0 }],
  forbids: [...elsewhere, { sign: 'takes-most-writes', weight: 2 }, { sign: 'cpu-quota-cut', weight: 3 }],
  lookalikes: ['overload', 'cpu-starved', 'leader-imbalance', 'disk-slow', 'hot-spot-write'],
  brings: ['overload', 'cpu-starved'],
  summary: 'Reads are concentrated on {component}: a hot spot.',
  mechanism: 'Most reads go to one small key range, so the one store that leads it serves most of all reads although leaders are spread evenly.',
  impact: [{ component: 'component', effect: 'draws most of the requests' }, { component: 'burdened', effect: 'works for all the stores' }, { component: 'clients', effect: 'latency rises when that store saturates' }],
  remedies,
  verifyBy: "the stores' shares of read requests are even again",
};

/** One region draws most of the writes. */
export const hotSpotWrite: Cause = {
  kind: 'hot-spot-write',
  about: ['region', 'tikv'],
  needs: [['hot-write-region', 'takes-most-writes']],
  predicts: [{ sign: 'hot-write-region', weight: 7, missing: 0 }, { sign: 'takes-most-writes', weight: 5, missing: 0 }],
  forbids: [...elsewhere, { sign: 'cpu-quota-cut', weight: 3 }, { sign: 'append-slow', weight: 1 }, { sign: 'latches-wait', weight: 6 }],
  lookalikes: ['overload', 'cpu-starved', 'disk-slow', 'leader-imbalance', 'hot-spot-read', 'lock-contention'],
  brings: ['overload', 'hot-spot-read'],
  summary: 'Writes are concentrated on {component}: a hot spot.',
  mechanism: 'Most writes go to one small key range, so the one store that leads it takes most of all writes although leaders are spread evenly.',
  impact: [{ component: 'component', effect: 'draws most of the requests' }, { component: 'burdened', effect: 'works for all the stores' }, { component: 'clients', effect: 'write latency rises when that store saturates' }],
  remedies,
  verifyBy: "the stores' shares of write requests are even again",
};
