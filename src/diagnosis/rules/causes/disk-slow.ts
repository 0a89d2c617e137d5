import type { Cause } from '../cause.ts';

/** One disk completes synchronous writes far later than before. */
export const diskSlow: Cause = {
  kind: 'disk-slow',
  about: ['tikv'],
  needs: [['append-slow', 'sync-slow']],
  predicts: [
    { sign: 'append-slow', weight: 3 },
    { sign: 'sync-slow', weight: 3 },
    { sign: 'slow-score-high', weight: 2, missing: 0.5 },
    { sign: 'evicted-as-slow', weight: 4, missing: 0 },
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

/** The disk of a control-plane member completes the syncs of its etcd far later than before. */
export const memberDiskSlow: Cause = {
  kind: 'disk-slow',
  about: ['pd'],
  needs: [['fsync-slow']],
  predicts: [
    { sign: 'fsync-slow', weight: 6 },
    { sign: 'clock-offset-repeats', weight: 2, missing: 0 },
    { sign: 'lost-leadership', weight: 1, missing: 0 },
  ],
  forbids: [
    { sign: 'clock-set-back', weight: 4 },
    { sign: 'member-cpu-full', weight: 5 },
    { sign: 'scrape-slow', weight: 2 },
    { sign: 'scrape-fails', weight: 4 },
    { sign: 'restarted', weight: 3 },
    { sign: 'slow-everywhere', weight: 2 },
    // What shakes the stores may shake the members' machines a little.
    { sign: 'a-store-is-down', weight: 2 },
  ],
  lookalikes: ['clock-skew', 'control-plane-overloaded', 'control-plane-leader-lost', 'network-delay', 'process-hang'],
  brings: ['clock-skew', 'control-plane-leader-lost'],
  summary: 'The disk of {component} is slow: the log of its etcd takes many times what it took and what that of the other members takes.',
  mechanism: 'A member that leads waits for its own log before it takes up what the others acknowledged, so every transaction on it, the saving of timestamps among them, is as late as its disk. Its clock loop waits too and calls that a clock offset, though the clock is right. Reads and writes of clients do not pass here.',
  impact: [
    { component: 'component', effect: 'its transactions are late; from a few seconds on it loses leadership' },
    { component: 'clients', effect: 'none for reads and writes on known routes; timestamps may come late' },
  ],
  remedies: [
    { action: 'resign-pd-leader', on: 'component', benefits: 'a member with a healthy disk leads within a second', risks: 'a second without timestamps', reversible: true },
    { action: 'replace-disk', on: 'component', benefits: 'removes the cause', risks: 'the member is rebuilt from the others; one at a time', reversible: false },
    { action: 'stop-background-job', benefits: 'right where somebody else uses the disk', risks: 'the job has to run again', reversible: true },
  ],
  verifyBy: 'the fsync p99 of its etcd is back at its quiet value and no further clock offset is logged',
};
