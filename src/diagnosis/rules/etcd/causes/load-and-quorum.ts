import type { Cause } from '../../cause.ts';

/** Clients ask for more than the cluster can do. */
export const overload: Cause = {
  kind: 'overload',
  about: ['clients'],
  needs: [['traffic-up'], ['slow-everywhere']],
  predicts: [{ sign: 'traffic-up', weight: 3 }, { sign: 'slow-everywhere', weight: 3 }, { sign: 'traffic-rose-first', weight: 2, missing: 3 }],
  forbids: [{ sign: 'a-member-is-down', weight: 5 }, { sign: 'space-alarm', weight: 6 }, { sign: 'quorum-lost', weight: 6 }],
  lookalikes: ['disk-slow', 'cpu-starved', 'retry-storm', 'network-delay', 'quota-exhausted'],
  summary: 'Clients ask for more than the cluster can do: requests wait on every member alike.',
  mechanism: 'The request rate rose first, then latency rose on all members together, because one leader orders every write. No member, disk or link stands out.',
  impact: [{ component: 'clients', effect: 'latency, then refusals ("too many requests")' }, { component: 'cluster', effect: 'proposals queue at the leader' }],
  remedies: [
    { action: 'throttle-load', benefits: 'ends it at once', risks: 'refused or delayed work at the clients', reversible: true },
    { action: 'wait-and-watch', benefits: 'right for a short burst', risks: 'retries can feed it', reversible: true },
  ],
  verifyBy: 'request rate and request p99 are back at their quiet values',
};

/** No majority follows a leader, and no member's own fault is in sight. */
export const quorumLost: Cause = {
  kind: 'replica-quorum-lost',
  about: ['cluster'],
  needs: [['quorum-lost']],
  predicts: [{ sign: 'quorum-lost', weight: 5 }],
  // Whatever took the members is the cause, and this is what follows from it.
  forbids: [{ sign: 'a-member-is-down', weight: 4 }, { sign: 'space-alarm', weight: 3 }],
  lookalikes: ['process-crash', 'network-partition', 'overload', 'control-plane-leader-lost'],
  summary: 'No majority of the members follows one leader, so nothing can be committed.',
  mechanism: 'Without a majority nobody is elected and nothing is committed: writes and linearizable reads wait and fail, while serializable reads of what a member already has still work.',
  impact: [{ component: 'component', effect: 'commits nothing' }, { component: 'clients', effect: 'writes and linearizable reads fail after some seconds; serializable reads work' }],
  remedies: [
    { action: 'restart-member', benefits: 'one of the lost members with its data is enough', risks: 'never wipe its data, and never force a new cluster while a majority can come back', reversible: true },
    { action: 'heal-network', benefits: 'right where members live and do not reach each other', risks: 'none of its own', reversible: true },
    { action: 'wait-and-watch', benefits: 'an election may be under way', risks: 'otherwise it does not heal by itself', reversible: true },
  ],
  verifyBy: 'a majority of the members names one leader, and a put succeeds',
};
