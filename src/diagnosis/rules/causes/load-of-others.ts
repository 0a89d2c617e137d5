import type { Cause } from '../cause.ts';

/** A job of the cluster's own makes load that no client asked for. */
export const backgroundLoad: Cause = {
  kind: 'background-load',
  about: ['tikv-group'],
  needs: [['backup-runs', 'snapshots-flow'], ['slow-everywhere', 'waits-everywhere', 'many-slow-scores']],
  predicts: [{ sign: 'backup-runs', weight: 5, missing: 0 }, { sign: 'snapshots-flow', weight: 4, missing: 0 }, { sign: 'slow-everywhere', weight: 2, missing: 1 }, { sign: 'waits-everywhere', weight: 1, missing: 0 }],
  forbids: [{ sign: 'traffic-up', weight: 4 }, { sign: 'a-store-is-down', weight: 4 }, { sign: 'cpu-quota-cut', weight: 4 }],
  lookalikes: ['overload', 'cpu-starved', 'disk-slow', 'write-stall', 'retry-storm'],
  brings: ['cpu-starved', 'disk-slow', 'write-stall', 'pool-exhausted'],
  summary: 'A job of the cluster itself slows its clients: a backup, an import, or replicas that are copied at a high rate.',
  mechanism: 'The job reads and writes on every store beside the clients, whose own requests did not grow, so disks and CPUs are shared with it and latency follows its rate.',
  impact: [{ component: 'component', effect: 'works for the job beside the clients' }, { component: 'clients', effect: 'latency while the job runs' }],
  remedies: [
    { action: 'stop-background-job', benefits: 'ends it at once', risks: 'the job has to run again', reversible: true },
    { action: 'restore-schedule-config', benefits: 'right where limits for moving replicas were raised', risks: 'repair takes longer', reversible: true },
    { action: 'wait-and-watch', benefits: 'it ends with the job', risks: 'clients wait meanwhile', reversible: true },
  ],
  verifyBy: 'the job has ended and p99 is back at its quiet value',
};

/** Transactions wait for each other's keys. */
export const lockContention: Cause = {
  kind: 'lock-contention',
  about: ['clients'],
  needs: [['latches-wait', 'locks-resolved'], ['slow-everywhere', 'waits-everywhere', 'latches-wait']],
  predicts: [{ sign: 'latches-wait', weight: 8, missing: 0 }, { sign: 'locks-resolved', weight: 5, missing: 0 }, { sign: 'slow-everywhere', weight: 1, missing: 0 }],
  forbids: [{ sign: 'proposals-slow', weight: 6 }, { sign: 'waits-everywhere', weight: 3 }, { sign: 'a-store-is-down', weight: 4 }, { sign: 'many-slow-scores', weight: 3 }],
  lookalikes: ['overload', 'hot-spot-write', 'disk-slow', 'retry-storm'],
  brings: ['hot-spot-write'],
  summary: 'Clients wait for each other: many transactions want the same few keys.',
  mechanism: "Commands that touch the same keys run one after the other, and locks that a transaction left behind have to be looked up and cleaned away by everybody who meets them. Disks, CPUs and the stores' own queues have room.",
  impact: [{ component: 'clients', effect: 'transactions on these keys wait, retry and time out' }],
  remedies: [
    { action: 'throttle-load', benefits: 'fewer writers for the same keys', risks: 'clients are slowed', reversible: true },
    { action: 'stop-background-job', benefits: 'right where one job writes these keys', risks: 'the job has to run again', reversible: true },
    { action: 'wait-and-watch', benefits: 'locks expire by themselves', risks: 'retries feed it', reversible: true },
  ],
  verifyBy: 'waits for latches and the rate of lock clean-ups are back at their quiet values',
};

/** Retries keep up an overload whose trigger is over. */
export const retryStorm: Cause = {
  kind: 'retry-storm',
  about: ['clients'],
  needs: [['traffic-up'], ['traffic-rose-after'], ['slow-everywhere', 'waits-everywhere']],
  predicts: [{ sign: 'traffic-rose-after', weight: 4 }, { sign: 'traffic-up', weight: 3 }, { sign: 'slow-everywhere', weight: 2 }, { sign: 'answers-fell', weight: 3, missing: 1 }],
  forbids: [{ sign: 'traffic-rose-first', weight: 6 }, { sign: 'a-store-is-down', weight: 4 }, { sign: 'append-slow', weight: 2 }, { sign: 'cpu-quota-cut', weight: 4 }, { sign: 'quorum-lost', weight: 4 }],
  lookalikes: ['overload', 'cpu-starved', 'disk-slow', 'process-hang'],
  brings: ['cpu-starved'],
  summary: 'Clients ask again and again: the load that their own retries make keeps everything slow.',
  mechanism: 'Something made requests slow first. Those that ran out of time were sent again while the stores still worked on the first ones, so most work is for callers that have given up, and that goes on though what began it is over.',
  impact: [{ component: 'clients', effect: 'most requests time out though the stores are busy' }, { component: 'cluster', effect: 'queues stay full on every store' }],
  remedies: [
    { action: 'throttle-load', benefits: 'a cut well below the old load, and a slow return to it, ends the loop', risks: 'refused work at the clients', reversible: true },
    { action: 'wait-and-watch', benefits: 'right where clients give up', risks: 'the loop may feed itself for hours', reversible: true },
  ],
  verifyBy: 'the request rate and p99 are back at their quiet values after the cut is lifted',
};

/** Clients ask the wrong store and do not learn better. */
export const staleRoute: Cause = {
  kind: 'stale-route',
  about: ['clients'],
  needs: [['some-asked-in-vain']],
  predicts: [{ sign: 'some-asked-in-vain', weight: 6 }],
  forbids: [{ sign: 'regions-leaderless', weight: 5 }, { sign: 'slow-everywhere', weight: 2 }, { sign: 'two-stores-gone', weight: 5 }],
  lookalikes: ['network-partition', 'leader-imbalance', 'election-stalled', 'hot-spot-read'],
  summary: 'Clients go on asking a store that leads nothing any more.',
  mechanism: 'Leaders moved, and clients kept their old routes: the store answers that it does not lead, or that it is busy, and they come back to it instead of asking where the leader is.',
  impact: [{ component: 'clients', effect: 'requests on old routes fail or wait; new clients are served' }, { component: 'burdened', effect: 'is asked for what it does not lead' }],
  remedies: [
    { action: 'restart-store', benefits: 'a store that is away for a moment makes clients forget their routes', risks: 'only that store, and only while the others are well', reversible: true },
    { action: 'wait-and-watch', benefits: 'routes are learned anew one by one', risks: 'clients fail meanwhile', reversible: true },
  ],
  verifyBy: 'the store that leads nothing is asked for nothing',
};
