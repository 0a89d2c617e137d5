import type { Cause } from '../cause.ts';

/** A scheduler that balance needs is gone. */
export const schedulerGone: Cause = {
  kind: 'scheduling-misconfigured',
  about: ['pd-group'],
  needs: [['scheduler-missing', 'scheduler-returned']],
  predicts: [
    { sign: 'scheduler-missing', weight: 5, missing: 0 },
    { sign: 'scheduler-returned', weight: 3, missing: 0 },
    { sign: 'leader-gap', weight: 3, missing: 0 },
    { sign: 'region-gap', weight: 3, missing: 0 },
  ],
  forbids: [{ sign: 'a-store-is-down', weight: 4 }, { sign: 'quorum-lost', weight: 6 }],
  lookalikes: ['planned-stop', 'disk-slow', 'leader-imbalance', 'region-imbalance', 'network-partition', 'process-crash', 'scheduling-misconfigured', 'placement-unsatisfiable'],
  brings: ['planned-stop', 'leader-imbalance', 'region-imbalance', 'process-restarting'],
  summary: 'Balancing is switched off in the control plane: what moved away from a store never comes back.',
  mechanism: 'The scheduler that moves leaders or regions is missing. It does no harm until something moves: after a restart or a new store, the imbalance then stays for ever.',
  impact: [{ component: 'burdened', effect: 'stands idle while the others carry its load' }, { component: 'cluster', effect: 'a store stands idle while the others carry its load' }, { component: 'clients', effect: 'little now; less headroom and less redundancy of speed' }],
  remedies: [
    { action: 're-add-scheduler', benefits: 'leaders and regions move back by themselves within a minute or so', risks: 'ask first whether somebody removed it for maintenance', reversible: true },
    { action: 'restore-schedule-config', benefits: 'gives limits or the halt switch their old values', risks: 'take the old value from the log, not a larger one', reversible: true },
    { action: 'wait-and-watch', benefits: 'nothing breaks meanwhile', risks: 'it does not heal by itself', reversible: true },
  ],
  verifyBy: '/schedulers lists it again and the leader gap falls to ten or less',
};

/** Scheduling is there and may do nothing: paused, halted, or limited to zero. */
export const schedulingLimited: Cause = {
  kind: 'scheduling-misconfigured',
  about: ['pd-group'],
  needs: [['scheduling-off']],
  predicts: [
    { sign: 'scheduling-off', weight: 5 },
    { sign: 'departure-stalled', weight: 4, missing: 0 },
    { sign: 'leader-gap', weight: 3, missing: 0 },
    { sign: 'region-gap', weight: 3, missing: 0 },
  ],
  forbids: [{ sign: 'a-store-is-down', weight: 4 }, { sign: 'quorum-lost', weight: 6 }],
  lookalikes: ['planned-stop', 'placement-unsatisfiable', 'disk-full', 'disk-slow', 'leader-imbalance', 'region-imbalance', 'network-partition', 'process-crash', 'scheduling-misconfigured'],
  brings: ['planned-stop', 'leader-imbalance', 'region-imbalance', 'process-restarting', 'placement-unsatisfiable'],
  summary: 'The control plane may move nothing: its schedulers are paused, halted, or limited to zero.',
  mechanism: 'Every scheduler and checker is there and wants to work, and a pause, the halt switch or a limit of zero forbids what they order. It does no harm until something has to move: after a restart leaders stay away, a lost replica is not made up, and a store that should leave keeps its regions.',
  impact: [{ component: 'burdened', effect: 'stays as it is while it should change' }, { component: 'cluster', effect: 'replicas and leaders stay where they are, whatever happens' }, { component: 'clients', effect: 'little now; less headroom and less redundancy' }],
  remedies: [
    { action: 'restore-schedule-config', benefits: 'gives limits or the halt switch their old values; what waits starts to move at once', risks: 'take the old value from the log, not a larger one', reversible: true },
    { action: 'resume-scheduler', benefits: 'ends a pause', risks: 'a pause may belong to a running backup or import', reversible: true },
    { action: 'wait-and-watch', benefits: 'nothing breaks meanwhile', risks: 'it does not heal by itself', reversible: true },
  ],
  verifyBy: 'the limit has its old value in /config/schedule, operators finish, and what should move does',
};

/** evict-leader-scheduler was left behind for a healthy store. */
export const evictLeaderLeft: Cause = {
  kind: 'scheduling-misconfigured',
  about: ['tikv'],
  needs: [['evict-leader-left']],
  predicts: [
    { sign: 'evict-leader-left', weight: 5 },
    { sign: 'leads-nothing', weight: 3, missing: 2 },
    { sign: 'leader-gap', weight: 1, missing: 0 },
  ],
  forbids: [{ sign: 'scrape-fails', weight: 5 }, { sign: 'called-disconnected', weight: 4 }, { sign: 'evicted-as-slow', weight: 3 }, { sign: 'append-slow', weight: 2 }, { sign: 'pre-vote-loop', weight: 3 }],
  lookalikes: ['disk-slow', 'network-partition', 'process-crash', 'planned-stop', 'leader-imbalance'],
  brings: ['leader-imbalance'],
  summary: 'evict-leader-scheduler keeps every leader off {component}, which is healthy.',
  mechanism: 'The scheduler was added by request (an upgrade or a drain) and left in place: leaders were handed over cleanly and none may return, so the other stores carry its load.',
  impact: [{ component: 'component', effect: 'healthy and idle: it leads nothing' }, { component: 'group', effect: 'the other stores carry the load of all leaders' }, { component: 'clients', effect: 'little while the other stores have headroom' }],
  remedies: [
    { action: 'remove-evict-leader', on: 'component', benefits: 'leaders return within seconds', risks: 'ask first whether maintenance is in progress; only for this store', reversible: true },
    { action: 'wait-and-watch', benefits: 'right while somebody works on the store', risks: 'otherwise it stays for ever', reversible: true },
  ],
  verifyBy: '/schedulers no longer lists evict-leader-scheduler and the store leads regions again',
};

/** Leaders are spread unevenly and nothing keeps them so. */
export const leaderImbalance: Cause = {
  kind: 'leader-imbalance',
  about: ['tikv'],
  needs: [['leader-gap'], ['leads-nothing']],
  predicts: [{ sign: 'leads-nothing', weight: 3 }, { sign: 'leader-gap', weight: 3 }],
  forbids: [
    { sign: 'scheduler-missing', weight: 6 }, { sign: 'scheduling-off', weight: 6 }, { sign: 'scheduler-returned', weight: 4 }, { sign: 'evict-leader-left', weight: 6 }, { sign: 'evicted-as-slow', weight: 6 }, { sign: 'slow-score-high', weight: 5 },
    { sign: 'slow-everywhere', weight: 3 }, { sign: 'many-slow-scores', weight: 4 }, { sign: 'scheduling-unread', weight: 3 }, { sign: 'a-store-is-down', weight: 4 }, { sign: 'peers-lost-it', weight: 5 }, { sign: 'pre-vote-loop', weight: 5 }, { sign: 'called-disconnected', weight: 5 }, { sign: 'append-slow', weight: 4 }, { sign: 'restarted', weight: 3 }, { sign: 'writes-refused-no-space', weight: 5 }, { sign: 'quorum-lost', weight: 5 },
  ],
  lookalikes: ['scheduling-misconfigured', 'disk-slow', 'network-partition', 'region-imbalance'],
  summary: '{component} is up and leads next to nothing, though nothing keeps leaders off it.',
  mechanism: 'Leaders went elsewhere and the scheduler that spreads them is there and allowed to work: it moves them slowly, or thinks the difference small enough.',
  impact: [{ component: 'component', effect: 'stands idle' }, { component: 'cluster', effect: 'the other stores carry its share' }],
  remedies: [
    { action: 'wait-and-watch', benefits: 'the scheduler spreads them within minutes', risks: 'the others carry its share meanwhile', reversible: true },
    { action: 'scatter-regions', benefits: 'spreads them at once', risks: 'many transfers in a short time', reversible: true },
  ],
  verifyBy: 'the leader gap falls to ten or less',
};
