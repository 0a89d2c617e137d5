import type { Cause } from '../../cause.ts';

const remedies: Cause['remedies'] = [
  { action: 'heal-network', on: 'component', benefits: 'ends it; the member rejoins within seconds and catches up by itself', risks: 'none of its own', reversible: true },
  { action: 'wait-and-watch', benefits: 'the others have a leader and serve', risks: 'one more failure costs the quorum; clients that call the cut-off member fail meanwhile', reversible: true },
];
const common = {
  kind: 'network-partition',
  about: ['member'],
  lookalikes: ['process-crash', 'process-hang', 'planned-stop', 'replica-quorum-lost', 'disk-slow', 'cpu-starved', 'telemetry-lost'],
  remedies,
} as const satisfies Partial<Cause>;

const processGone: Cause['forbids'] = [
  { sign: 'scrape-refused', weight: 6 },
  { sign: 'calls-refused', weight: 6 },
  { sign: 'restarted', weight: 5 },
  { sign: 'graceful-stop-logged', weight: 6 },
  { sign: 'peers-saw-reset', weight: 3 },
];

/** A member lives, and neither the others nor clients nor monitoring reach it. */
export const partitionFull: Cause = {
  ...common,
  scope: 'full',
  needs: [['scrape-times-out', 'calls-silent'], ['peers-saw-timeout', 'stepped-down', 'pre-vote-loop']],
  predicts: [
    { sign: 'peers-saw-timeout', weight: 4 },
    { sign: 'calls-silent', weight: 2, missing: 1 },
    { sign: 'scrape-times-out', weight: 2, missing: 0 },
    { sign: 'stepped-down', weight: 2, missing: 0 },
    { sign: 'pre-vote-loop', weight: 2, missing: 0 },
    { sign: 'logs-while-lost', weight: 2, missing: 0 },
    { sign: 'sends-fail', weight: 1, missing: 0 },
  ],
  forbids: [...processGone, { sign: 'calls-answered', weight: 6 }, { sign: 'peers-noticed-nothing', weight: 5 }, { sign: 'peers-hear-it', weight: 5 }],
  summary: '{component} is cut off from everything: it runs, and nobody reaches it.',
  mechanism: 'Packets to and from it are lost, so connections to it time out instead of being refused, and after some seconds its peers log it. Alone it has no majority: if it led, it steps down, and it asks for votes in vain, which neither a dead nor a stopped process could do; the others elect a leader without it.',
  impact: [
    { component: 'component', effect: 'serves nothing though it runs' },
    { component: 'clients', effect: 'requests that are sent to it hang; if it led, everything stalls for one election' },
    { component: 'cluster', effect: 'redundancy is reduced while it is cut off' },
  ],
  verifyBy: 'its status answers and names the leader of the others, and its applied index catches up',
};

/** A member lives and is reached by clients and monitoring, but not by the other members. */
export const partitionPeers: Cause = {
  ...common,
  scope: 'peers-only',
  needs: [['member-leaderless', 'pre-vote-loop', 'stepped-down'], ['peers-saw-timeout', 'pre-vote-loop']],
  predicts: [
    { sign: 'member-leaderless', weight: 3 },
    { sign: 'pre-vote-loop', weight: 3, missing: 1 },
    { sign: 'peers-saw-timeout', weight: 3, missing: 1 },
    { sign: 'stepped-down', weight: 2, missing: 0 },
    { sign: 'calls-answered', weight: 1, missing: 3 },
    { sign: 'behind', weight: 1, missing: 0 },
    { sign: 'sends-fail', weight: 1, missing: 0 },
  ],
  forbids: [...processGone, { sign: 'majority-down', weight: 8 }, { sign: 'scrape-times-out', weight: 5 }, { sign: 'calls-silent', weight: 5 }],
  summary: '{component} is cut off from the other members, though clients and monitoring still reach it.',
  mechanism: 'Messages between it and its peers are lost. It answers calls and knows no leader: if it led, it steps down when no majority answers within its election timeout, then asks for votes in vain while the others elect a leader without it. Its commit index stands still; serializable reads on it are old.',
  impact: [
    { component: 'component', effect: 'answers, knows no leader, and falls behind; only serializable (old) reads work on it' },
    { component: 'clients', effect: 'writes and linearizable reads that are sent to it fail; if it led, everything stalls for one election' },
    { component: 'cluster', effect: 'redundancy is reduced while it is cut off' },
  ],
  verifyBy: 'its status names the leader of the others again and its applied index catches up',
};

/** A member takes part as ever, and clients and monitoring do not reach it. */
export const partitionClients: Cause = {
  ...common,
  scope: 'clients-only',
  needs: [['calls-silent'], ['peers-hear-it']],
  predicts: [{ sign: 'calls-silent', weight: 2 }, { sign: 'peers-hear-it', weight: 4 }, { sign: 'scrape-times-out', weight: 1, missing: 0 }, { sign: 'peers-noticed-nothing', weight: 1, missing: 0 }, { sign: 'logs-while-lost', weight: 1, missing: 0 }],
  forbids: [...processGone, { sign: 'calls-answered', weight: 6 }, { sign: 'peers-saw-timeout', weight: 5 }, { sign: 'peers-lost-it', weight: 5 }, { sign: 'stepped-down', weight: 5 }, { sign: 'pre-vote-loop', weight: 5 }],
  summary: '{component} takes part in the cluster as ever, and neither clients nor monitoring reach it.',
  mechanism: 'Its peers go on hearing it, so it votes, follows or leads; packets between it and everybody outside the cluster are lost, so calls to it time out.',
  impact: [{ component: 'component', effect: 'takes part, and serves nobody outside' }, { component: 'clients', effect: 'requests that are sent to it hang until they give up' }],
  verifyBy: 'its status answers again',
};
