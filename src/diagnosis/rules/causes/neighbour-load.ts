import type { Cause } from '../cause.ts';

/** Somebody else on the same machine takes its CPU or its disk. */
export const neighbourLoad: Cause = {
  kind: 'background-load',
  about: ['tikv', 'pd'],
  needs: [['cpu-used-elsewhere', 'disk-used-elsewhere'], ['append-slow', 'sync-slow', 'fsync-slow', 'reads-slow', 'writes-slow', 'waits-slow', 'scrape-slow', 'slow-score-high', 'commit-slow']],
  predicts: [
    { sign: 'disk-used-elsewhere', weight: 6, missing: 0.5 },
    { sign: 'cpu-used-elsewhere', weight: 5, missing: 0.5 },
    { sign: 'append-slow', weight: 1, missing: 0 },
    { sign: 'sync-slow', weight: 1, missing: 0 },
    { sign: 'fsync-slow', weight: 1, missing: 0 },
    { sign: 'reads-slow', weight: 1, missing: 0 },
    { sign: 'slow-score-high', weight: 1, missing: 0 },
  ],
  forbids: [
    { sign: 'cpu-quota-cut', weight: 5 },
    { sign: 'traffic-up', weight: 2 },
    { sign: 'takes-most-reads', weight: 2 },
    { sign: 'takes-most-writes', weight: 2 },
    { sign: 'scrape-fails', weight: 4 },
    { sign: 'restarted', weight: 4 },
    { sign: 'slow-everywhere', weight: 1.5 },
  ],
  lookalikes: ['disk-slow', 'cpu-starved', 'overload', 'hot-spot-write', 'write-stall'],
  brings: ['disk-slow', 'cpu-starved', 'leader-imbalance', 'write-stall'],
  summary: 'Somebody else works on the machine of {component}: its CPU or disk is busy, and not with the database.',
  mechanism: "The machine's own counters rose severalfold while those of the database's process there did not, so another program (a backup, a log shipper, a neighbour on the same host) takes what it needs. Its appends and its threads wait behind that work; the disk itself is sound.",
  impact: [
    { component: 'component', effect: 'its writes reach the disk late and its threads wait for a core; it may lose its leaders as a slow store' },
    { component: 'clients', effect: 'latency of requests to regions that it leads' },
  ],
  remedies: [
    { action: 'stop-background-job', on: 'component', benefits: 'ends it at once', risks: 'the job has to run again, at another hour or on another machine', reversible: true },
    { action: 'evict-leaders', on: 'component', benefits: 'clients feel it no longer', risks: 'the others carry its load; must be removed again', reversible: true },
    { action: 'wait-and-watch', benefits: 'a job ends by itself', risks: 'clients wait meanwhile', reversible: true },
  ],
  verifyBy: "the machine's CPU and disk counters are back at their quiet values, and with them its append p99",
};
