import type { Cause } from '../cause.ts';

const remedies: Cause['remedies'] = [
  { action: 'heal-network', on: 'component', benefits: 'ends it; it catches up by itself', risks: 'none of its own', reversible: true },
  { action: 'wait-and-watch', benefits: 'its regions have new leaders', risks: 'redundancy is reduced; after max-store-down-time replicas are rebuilt', reversible: true },
];
const common = {
  kind: 'network-partition',
  about: ['tikv'],
  lookalikes: ['process-crash', 'process-hang', 'planned-stop', 'telemetry-lost', 'network-loss', 'control-plane-leader-lost'],
  brings: ['leader-imbalance'],
  remedies,
} as const satisfies Partial<Cause>;

const processGone: Cause['forbids'] = [
  { sign: 'scrape-refused', weight: 5 },
  { sign: 'restarted', weight: 5 },
  { sign: 'graceful-stop-logged', weight: 6 },
  { sign: 'peers-saw-reset', weight: 3 },
  { sign: 'peers-saw-keepalive', weight: 3 },
];

/** A store lives and reaches neither its peers nor the control plane. */
export const partitionFull: Cause = {
  ...common,
  scope: 'full',
  needs: [['pre-vote-loop', 'stepped-down', 'lost-every-peer'], ['called-disconnected', 'cut-from-control-plane'], ['peers-lost-it', 'peers-saw-timeout']],
  predicts: [
    { sign: 'peers-lost-it', weight: 2 },
    { sign: 'peers-saw-timeout', weight: 2, missing: 1 },
    { sign: 'logs-while-lost', weight: 3 },
    { sign: 'pre-vote-loop', weight: 3 },
    { sign: 'stepped-down', weight: 2, missing: 0 },
    { sign: 'cut-from-control-plane', weight: 2 },
    { sign: 'called-disconnected', weight: 2, missing: 0.5 },
  ],
  forbids: [...processGone, { sign: 'stores-lost-control-plane', weight: 4 }, { sign: 'lost-one-way', weight: 2 }],
  summary: '{component} is cut off: it runs, and neither the other stores nor the control plane reach it.',
  mechanism: 'Packets to and from it are lost. The others elected new leaders in its place; the store itself lives, steps down for want of a quorum and asks for votes in vain, which a dead process could not do.',
  impact: [{ component: 'component', effect: 'serves nothing though it runs' }, { component: 'clients', effect: 'requests to regions that it led stalled until followers elected (up to about 20 s)' }, { component: 'cluster', effect: 'replicas are missing while it is cut off' }],
  verifyBy: 'its heartbeats arrive again, the pre-vote loop ends, pending peers fall to 0',
};

/** A store reaches the control plane and not its peers. */
export const partitionPeers: Cause = {
  ...common,
  scope: 'peers-only',
  needs: [['pre-vote-loop', 'stepped-down', 'lost-every-peer'], ['peers-lost-it']],
  predicts: [{ sign: 'peers-lost-it', weight: 3 }, { sign: 'logs-while-lost', weight: 3 }, { sign: 'pre-vote-loop', weight: 3 }, { sign: 'leads-nothing', weight: 1, missing: 0 }],
  forbids: [...processGone, { sign: 'called-disconnected', weight: 5 }, { sign: 'cut-from-control-plane', weight: 5 }, { sign: 'lost-one-way', weight: 6 }, { sign: 'streams-flap', weight: 4 },
    // Whoever commits, however late, is heard.
    { sign: 'commit-slow', weight: 2 }],
  summary: '{component} is cut off from the other stores, though the control plane still sees it Up.',
  mechanism: 'Raft messages between it and its peers are lost while its heartbeats still arrive, so the control plane calls it Up with no leaders.',
  impact: [{ component: 'component', effect: 'has lost its leaders and falls behind' }, { component: 'clients', effect: 'a stall until followers elected' }],
  verifyBy: 'the pre-vote loop ends and pending peers fall to 0',
};

/** A store reaches its peers and clients and not the control plane. */
export const partitionControlPlane: Cause = {
  ...common,
  scope: 'control-plane-only',
  needs: [['cut-from-control-plane'], ['called-disconnected']],
  predicts: [{ sign: 'cut-from-control-plane', weight: 4 }, { sign: 'called-disconnected', weight: 3 }],
  forbids: [...processGone, { sign: 'scrape-fails', weight: 3 }, { sign: 'peers-lost-it', weight: 5 }, { sign: 'leaders-gone', weight: 3 }, { sign: 'pre-vote-loop', weight: 4 }, { sign: 'stores-lost-control-plane', weight: 5 }],
  summary: '{component} is cut off from the control plane alone and serves as before.',
  mechanism: 'Only its heartbeats are lost: peers and clients reach it, so it keeps its leaders while the control plane counts it as gone.',
  impact: [{ component: 'component', effect: 'counts as disconnected; its regions cannot split or move' }],
  verifyBy: 'the control plane calls it Up again',
};

/** Between a store and its peers, what one side dials is dropped and what the other side dials goes on. */
export const partitionOneWay: Cause = {
  ...common,
  scope: 'one-way',
  needs: [['lost-one-way'], ['leaders-gone', 'leads-nothing', 'stepped-down', 'pending-peers']],
  predicts: [{ sign: 'lost-one-way', weight: 6 }, { sign: 'leads-nothing', weight: 2, missing: 0.5 }, { sign: 'pending-peers', weight: 1, missing: 0 }, { sign: 'stepped-down', weight: 1, missing: 0 }],
  forbids: [...processGone, { sign: 'called-disconnected', weight: 5 }, { sign: 'cut-from-control-plane', weight: 5 }, { sign: 'streams-flap', weight: 5 }],
  summary: 'Between {component} and the other stores packets pass one way only: connections that one side dials carry nothing, those of the other side work.',
  mechanism: 'Each store sends its raft messages over connections that it dialled itself. Where the others do not hear it they elect in its place, and it hears and follows without being heard; where it does not hear them it loses its majority, steps down and asks for votes in vain. Its heartbeats reach the control plane all the time.',
  impact: [{ component: 'component', effect: 'has lost its leaders, and its replicas count as behind' }, { component: 'clients', effect: 'a stall until others elected: up to 20 s where it is not heard, up to 40 s where it does not hear' }],
  verifyBy: 'nobody reports an unreachable store any more and pending peers fall to 0',
};
