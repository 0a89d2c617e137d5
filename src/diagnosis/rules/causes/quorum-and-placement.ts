import type { Cause } from '../cause.ts';

/** Regions have lost the majority of their replicas. */
export const replicaQuorumLost: Cause = {
  kind: 'replica-quorum-lost',
  about: ['tikv-group'],
  needs: [['two-stores-gone'], ['regions-leaderless']],
  predicts: [{ sign: 'two-stores-gone', weight: 6 }, { sign: 'regions-leaderless', weight: 6 }],
  forbids: [{ sign: 'stores-lost-control-plane', weight: 2 }, { sign: 'quorum-lost', weight: 3 }],
  lookalikes: ['process-crash', 'control-plane-quorum-lost', 'network-partition', 'telemetry-lost', 'overload', 'election-stalled'],
  brings: ['process-crash', 'process-hang', 'process-restarting', 'network-partition', 'leader-imbalance', 'telemetry-lost', 'write-stall'],
  summary: 'Regions have lost the majority of their replicas: two stores are gone at once, and what they both held has no leader.',
  mechanism: 'A region needs two of its three replicas to elect a leader and to commit. The store that is left steps down and asks for votes in vain. The control plane goes on listing the old leaders, because nobody reports others.',
  impact: [{ component: 'clients', effect: 'no read and no write to these regions succeeds until one of the two stores is back' }, { component: 'component', effect: 'regions without a leader' }],
  remedies: [
    { action: 'restart-store', benefits: 'one of the two with its data is enough for a majority; leaders are back within 20 s of its start', risks: 'never wipe its data to let it rejoin', reversible: true },
    { action: 'wait-and-watch', benefits: 'right while a host is booting', risks: 'it does not heal by itself otherwise', reversible: true },
  ],
  verifyBy: 'the stores lead as many regions as in quiet time',
};

/** The rules ask for stores that do not exist. */
export const placementUnsatisfiable: Cause = {
  kind: 'placement-unsatisfiable',
  about: ['pd-group'],
  needs: [['no-store-fits', 'isolation-unmet'], ['replicas-missing', 'departure-stalled']],
  predicts: [
    { sign: 'no-store-fits', weight: 4 },
    { sign: 'replicas-missing', weight: 4, missing: 1 },
    { sign: 'departure-stalled', weight: 4, missing: 0 },
    { sign: 'isolation-unmet', weight: 4, missing: 0 },
  ],
  forbids: [{ sign: 'a-store-is-down', weight: 7 }, { sign: 'space-low', weight: 4 }, { sign: 'scheduler-missing', weight: 4 }, { sign: 'scheduling-off', weight: 4 }, { sign: 'quorum-lost', weight: 5 }],
  lookalikes: ['scheduling-misconfigured', 'process-crash', 'planned-stop', 'disk-full', 'region-imbalance'],
  brings: ['planned-stop'],
  summary: 'The placement rules ask for replicas that no store may take.',
  mechanism: 'The checker finds regions that lack a replica, or have one on a store that is to leave, and no store that fits the rule (its label, its count, its isolation level), so it tries for ever. Every store is up and has room.',
  impact: [{ component: 'cluster', effect: 'regions stay without the replicas that were asked for' }, { component: 'clients', effect: 'none yet' }],
  remedies: [
    { action: 'restore-schedule-config', benefits: 'gives the rule or the number of replicas its old value', risks: 'ask first who changed it and why', reversible: true },
    { action: 'add-store', benefits: 'gives the rule a store that fits', risks: 'hours of snapshots', reversible: true },
    { action: 'wait-and-watch', benefits: 'nothing is lost meanwhile', risks: 'it does not heal by itself', reversible: true },
  ],
  verifyBy: 'miss-peer-region-count is 0',
};

/** A store has far fewer regions than the others though balance is on. */
export const regionImbalance: Cause = {
  kind: 'region-imbalance',
  about: ['tikv'],
  needs: [['region-gap'], ['almost-empty']],
  predicts: [{ sign: 'almost-empty', weight: 3 }, { sign: 'region-gap', weight: 3 }],
  forbids: [{ sign: 'fills-up', weight: 5 }, { sign: 'scheduler-missing', weight: 6 }, { sign: 'scheduling-off', weight: 6 }, { sign: 'scheduler-returned', weight: 5 }, { sign: 'a-store-is-down', weight: 3 }, { sign: 'traffic-up', weight: 3 }, { sign: 'slow-everywhere', weight: 3 }, { sign: 'many-slow-scores', weight: 4 }, { sign: 'scheduling-unread', weight: 3 }, { sign: 'quorum-lost', weight: 5 }],
  lookalikes: ['scheduling-misconfigured', 'placement-unsatisfiable', 'leader-imbalance', 'process-crash'],
  summary: '{component} is up and has far fewer regions than the others, though nothing keeps regions off it.',
  mechanism: 'Every scheduler that moves regions is there and allowed to work, so the store is being filled more slowly than anybody expects.',
  impact: [{ component: 'component', effect: 'stands idle' }, { component: 'cluster', effect: 'the other stores carry its share' }],
  remedies: [
    { action: 'wait-and-watch', benefits: 'it fills by itself within minutes to hours', risks: 'the others carry its share meanwhile', reversible: true },
    { action: 'scatter-regions', benefits: 'fills it sooner', risks: 'snapshots under load', reversible: true },
  ],
  verifyBy: 'its region count grows',
};
