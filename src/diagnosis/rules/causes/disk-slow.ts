import type { Cause } from '../cause.ts';

/** One disk completes synchronous writes far later than before. */
export const diskSlow: Cause = {
  kind: 'disk-slow',
  about: ['tikv', 'pd'],
  needs: [['append-slow', 'sync-slow', 'fsync-slow']],
  predicts: [
    { sign: 'append-slow', weight: 3 },
    { sign: 'sync-slow', weight: 3 },
    { sign: 'fsync-slow', weight: 4, missing: 0 },
    { sign: 'slow-score-high', weight: 2, missing: 0.5 },
    { sign: 'evicted-as-slow', weight: 2, missing: 0 },
  ],
  forbids: [
    { sign: 'cpu-quota-cut', weight: 8 },
    { sign: 'reads-slow', weight: 2 },
    { sign: 'scrape-slow', weight: 2 },
    { sign: 'scrape-fails', weight: 4 },
    { sign: 'traffic-up', weight: 2 },
    { sign: 'slow-everywhere', weight: 1.5 },
    { sign: 'many-slow-scores', weight: 2 },
    { sign: 'writes-refused-no-space', weight: 2 },
    { sign: 'evict-leader-left', weight: 2 },
  ],
  lookalikes: ['cpu-starved', 'network-delay', 'write-stall', 'overload', 'scheduling-misconfigured', 'leader-imbalance', 'hot-spot-write'],
  brings: ['write-stall', 'leader-imbalance'],
  summary: 'The disk of {component} is slow: its synchronous writes take many times what they took and what the others take.',
  mechanism: 'Appends and raft-engine syncs of this store wait for its disk while the two healthy replicas commit without it, so clients see little; its slow score climbs, and the control plane takes its leaders away while the disk stays sick. That it has no leaders is protection, not the fault.',
  impact: [
    { component: 'component', effect: 'its writes reach the disk late; it may lose its leaders to evict-slow-store' },
    { component: 'clients', effect: 'a short rise of write latency until its leaders are evicted, then next to nothing' },
  ],
  remedies: [
    { action: 'replace-disk', on: 'component', benefits: 'removes the cause', risks: 'its replicas are rebuilt; do it while the other two are healthy', reversible: false },
    { action: 'evict-leaders', on: 'component', benefits: 'takes clients off the slow disk where the scheduler has not done so', risks: 'must be removed again afterwards', reversible: true },
    { action: 'wait-and-watch', benefits: 'the control plane has evicted its leaders already', risks: 'redundancy hangs on a sick disk', reversible: true },
  ],
  verifyBy: 'append log and sync p99 of the store are back at its quiet values, and its slow score falls',
};
