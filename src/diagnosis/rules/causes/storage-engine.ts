import type { Cause } from '../cause.ts';

/** The disk completes no write at all any more. */
export const diskStalled: Cause = {
  kind: 'disk-stalled',
  about: ['tikv'],
  needs: [['sync-stopped']],
  predicts: [{ sign: 'sync-stopped', weight: 6 }, { sign: 'slow-score-high', weight: 2, missing: 0.5 }, { sign: 'writes-slow', weight: 1, missing: 0 }],
  forbids: [
    // Late samples are samples.
    { sign: 'sync-slow', weight: 6 }, { sign: 'append-slow', weight: 3 },
    { sign: 'scrape-fails', weight: 6 }, { sign: 'restarted', weight: 5 }, { sign: 'pre-vote-loop', weight: 5 }, { sign: 'peers-lost-it', weight: 5 }, { sign: 'graceful-stop-logged', weight: 6 }, { sign: 'two-stores-gone', weight: 6 },
    { sign: 'writes-refused-no-space', weight: 5 }, { sign: 'evict-leader-left', weight: 1 },
  ],
  lookalikes: ['disk-slow', 'process-hang', 'network-partition', 'disk-full', 'write-stall'],
  brings: ['leader-imbalance'],
  summary: 'The disk of {component} hangs: not one write of its raft log is completed any more, while its process still answers.',
  mechanism: 'Nothing that this store leads can be committed by it, and because the process lives and ticks, its leaders may keep their role: a slow disk gives late samples, a hung one gives none.',
  impact: [{ component: 'component', effect: 'completes no write' }, { component: 'clients', effect: 'writes to regions that it leads hang until somebody stops it' }],
  remedies: [
    { action: 'evict-leaders', on: 'component', benefits: 'takes clients off it, if transfers still complete', risks: 'a transfer may hang on the same disk', reversible: true },
    { action: 'replace-disk', on: 'component', benefits: 'removes the cause', risks: 'its replicas are rebuilt', reversible: false },
  ],
  verifyBy: 'it completes syncs at the rate of quiet time again',
};

/** The disk of a control-plane member completes no write any more. */
export const memberDiskStalled: Cause = {
  kind: 'disk-stalled',
  about: ['pd'],
  needs: [['sync-stopped']],
  predicts: [{ sign: 'sync-stopped', weight: 7 }, { sign: 'lost-leadership', weight: 1, missing: 0 }, { sign: 'led-the-control-plane', weight: 1, missing: 0 }],
  forbids: [
    // Late samples are samples; whoever is gone gives none either.
    { sign: 'fsync-slow', weight: 5 }, { sign: 'scrape-fails', weight: 7 }, { sign: 'restarted', weight: 5 }, { sign: 'graceful-stop-logged', weight: 6 }, { sign: 'quorum-lost', weight: 4 },
  ],
  lookalikes: ['disk-slow', 'process-hang', 'process-crash', 'control-plane-leader-lost', 'network-partition', 'clock-skew'],
  brings: ['control-plane-leader-lost', 'disk-slow'],
  summary: 'The disk of {component} hangs: its etcd completes not one sync any more, while its process still answers.',
  mechanism: 'A member that led renews its lease through its own etcd, which waits for its disk: the lease lapses, the others hear nothing from it and elect, and for about ten seconds nobody leads. The member still answers pings and scrapes and takes part in nothing.',
  impact: [
    { component: 'component', effect: 'takes part in no decision of the control plane' },
    { component: 'group', effect: 'no leader, timestamps or scheduling until a successor serves, where it led; no redundancy since' },
    { component: 'clients', effect: 'none for reads and writes on known routes; no timestamps for about ten seconds' },
  ],
  remedies: [
    { action: 'stop-pd-member', on: 'component', benefits: 'nobody asks a member that cannot know who leads', risks: 'two members are left: not a second one at the same time', reversible: true },
    { action: 'replace-disk', on: 'component', benefits: 'removes the cause', risks: 'the member is rebuilt from the others; one at a time', reversible: false },
    { action: 'resign-pd-leader', on: 'component', benefits: 'right where it still leads', risks: 'the call may hang on the same disk', reversible: true },
  ],
  verifyBy: 'its etcd completes syncs at the rate of the other members again',
};

/** The disk stops for seconds, again and again, and is quick between that. */
export const diskStalling: Cause = {
  kind: 'disk-stalled',
  about: ['tikv'],
  needs: [['writer-stuck-again']],
  predicts: [{ sign: 'writer-stuck-again', weight: 7 }, { sign: 'writes-slow', weight: 2, missing: 0.5 }, { sign: 'slow-score-high', weight: 1, missing: 0 }],
  forbids: [{ sign: 'sync-slow', weight: 6 }, { sign: 'append-slow', weight: 4 }, { sign: 'scrape-fails', weight: 5 }, { sign: 'scrape-slow', weight: 4 }, { sign: 'restarted', weight: 5 }, { sign: 'peers-lost-it', weight: 5 }, { sign: 'cpu-quota-cut', weight: 5 }, { sign: 'slow-everywhere', weight: 3 }],
  lookalikes: ['disk-slow', 'process-hang', 'network-loss', 'cpu-starved', 'overload'],
  brings: ['leader-imbalance', 'network-delay', 'hot-spot-write'],
  summary: 'The disk of {component} stops for seconds again and again, and is as quick as ever between that.',
  mechanism: 'While it stops nothing that this store leads is committed, and what waited is answered all at once when it goes on. One sync in a thousand takes seconds, so no percentile of syncs shows it; the line that its writer leaves each time does.',
  impact: [{ component: 'component', effect: 'completes nothing for seconds, again and again' }, { component: 'clients', effect: 'writes to regions that it leads wait for seconds each time' }],
  remedies: [
    { action: 'evict-leaders', on: 'component', benefits: 'clients feel it no longer', risks: 'the others carry its load; must be removed again', reversible: true },
    { action: 'replace-disk', on: 'component', benefits: 'removes the cause', risks: 'its replicas are rebuilt', reversible: false },
  ],
  verifyBy: 'no further write to its log takes a second',
};

/** Writes outrun the compaction of the engine. */
export const writeStall: Cause = {
  kind: 'write-stall',
  about: ['tikv'],
  needs: [['writes-throttled']],
  predicts: [{ sign: 'writes-throttled', weight: 5 }, { sign: 'level-0-full', weight: 4, missing: 1 }, { sign: 'writes-slow', weight: 1, missing: 0 }],
  forbids: [{ sign: 'append-slow', weight: 3 }, { sign: 'sync-slow', weight: 2 }, { sign: 'traffic-up', weight: 4 }, { sign: 'writes-refused-no-space', weight: 4 }, { sign: 'space-low', weight: 3 }, { sign: 'a-store-is-down', weight: 2 }, { sign: 'cpu-quota-cut', weight: 4 }],
  lookalikes: ['disk-slow', 'overload', 'disk-full', 'hot-spot-write', 'cpu-starved'],
  summary: 'Writes to {component} are held back: its engine has more to compact than it can.',
  mechanism: 'Files pile up on level 0 until flow control or the engine itself slows writers down. Appends to the raft log are as fast as before: the disk is not what is late.',
  impact: [{ component: 'component', effect: 'holds writes back' }, { component: 'clients', effect: 'slow or refused writes to regions that it leads' }],
  remedies: [
    { action: 'throttle-load', benefits: 'lets the engine catch up', risks: 'clients are slowed', reversible: true },
    { action: 'stop-background-job', benefits: 'right when an import or a bulk delete makes the debt', risks: 'the job has to run again', reversible: true },
    { action: 'wait-and-watch', benefits: 'right for a short burst', risks: 'reads slow down with every file on level 0', reversible: true },
  ],
  verifyBy: 'files on level 0 are back at their quiet number and nothing is held back',
};

/** A bounded pool of threads is full while the machine has room. */
export const poolExhausted: Cause = {
  kind: 'pool-exhausted',
  about: ['tikv'],
  needs: [['read-pool-full'], ['reads-slow']],
  predicts: [{ sign: 'read-pool-full', weight: 4 }, { sign: 'reads-slow', weight: 3 }],
  forbids: [{ sign: 'takes-most-reads', weight: 4 }, { sign: 'writes-slow', weight: 3 }, { sign: 'append-slow', weight: 3 }, { sign: 'cpu-quota-cut', weight: 5 }, { sign: 'scrape-slow', weight: 2 }, { sign: 'traffic-up', weight: 2 }],
  lookalikes: ['hot-spot-read', 'cpu-starved', 'overload', 'disk-slow'],
  summary: 'The read pool of {component} is full: point reads wait behind long ones while writes are as quick as ever.',
  mechanism: 'Few long reads hold every thread of a bounded pool, so short reads queue; nothing else on the store is late.',
  impact: [{ component: 'component', effect: 'reads wait for a thread' }, { component: 'clients', effect: 'read latency of regions that it leads' }],
  remedies: [
    { action: 'stop-background-job', benefits: 'ends the long reads', risks: 'the job has to run again', reversible: true },
    { action: 'throttle-load', benefits: 'bounds the reads', risks: 'clients are slowed', reversible: true },
  ],
  verifyBy: 'tasks in its read pool and read p99 are back at their quiet values',
};
