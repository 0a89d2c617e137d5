import type { Cause } from '../cause.ts';

const remedies: Cause['remedies'] = [
  { action: 'heal-network', on: 'component', benefits: 'removes the cause', risks: 'none of its own', reversible: true },
  { action: 'evict-leaders', on: 'component', benefits: 'clients no longer wait for its links', risks: 'the others carry its load; must be removed again afterwards', reversible: true },
  { action: 'wait-and-watch', benefits: 'a passing disturbance ends by itself', risks: 'clients wait meanwhile', reversible: true },
];

/** Messages to and from one store arrive, and late. */
export const networkDelay: Cause = {
  kind: 'network-delay',
  about: ['tikv'],
  needs: [['commit-slow', 'network-probe-slow']],
  predicts: [{ sign: 'commit-slow', weight: 5 }, { sign: 'network-probe-slow', weight: 4, missing: 0 }, { sign: 'writes-slow', weight: 1, missing: 0 }],
  forbids: [
    { sign: 'append-slow', weight: 5 }, { sign: 'sync-slow', weight: 5 }, { sign: 'cpu-quota-cut', weight: 6 }, { sign: 'scrape-fails', weight: 5 }, { sign: 'waits-slow', weight: 2 }, { sign: 'slow-score-high', weight: 2 },
    { sign: 'traffic-up', weight: 3 }, { sign: 'slow-everywhere', weight: 3 }, { sign: 'takes-most-writes', weight: 3 }, { sign: 'takes-most-reads', weight: 2 }, { sign: 'a-store-is-down', weight: 5 }, { sign: 'evict-leader-left', weight: 3 }, { sign: 'restarted', weight: 4 }, { sign: 'space-low', weight: 2 },
    // What is late arrives; only what is lost breaks a connection.
    { sign: 'streams-flap', weight: 3 },
  ],
  lookalikes: ['disk-slow', 'cpu-starved', 'network-loss', 'network-partition', 'hot-spot-write'],
  brings: ['leader-imbalance'],
  summary: 'The network of {component} is slow: what it proposes is committed late, though its own disk is as fast as ever.',
  mechanism: 'A leader on this store appends in time and then waits for acknowledgements that travel late. Only regions that it leads are slow; where it follows, the other two commit without it.',
  impact: [{ component: 'component', effect: 'commits late what it leads' }, { component: 'clients', effect: 'latency of requests to regions that it leads' }],
  remedies,
  verifyBy: 'its commit log p99 is back at its quiet value while append log p99 stayed flat',
};

/** Some messages to and from one store get lost. */
export const networkLoss: Cause = {
  kind: 'network-loss',
  about: ['tikv'],
  needs: [['streams-flap']],
  predicts: [{ sign: 'streams-flap', weight: 5 }, { sign: 'commit-slow', weight: 2, missing: 0.5 }, { sign: 'network-probe-slow', weight: 1, missing: 0 }],
  forbids: [
    { sign: 'pre-vote-loop', weight: 3 }, { sign: 'called-disconnected', weight: 3 }, { sign: 'scrape-fails', weight: 4 }, { sign: 'restarted', weight: 5 }, { sign: 'graceful-stop-logged', weight: 5 },
    { sign: 'append-slow', weight: 3 }, { sign: 'cpu-quota-cut', weight: 4 }, { sign: 'peers-saw-reset', weight: 2 }, { sign: 'a-store-is-down', weight: 3 }, { sign: 'slow-everywhere', weight: 2 },
  ],
  lookalikes: ['network-delay', 'network-partition', 'process-restarting', 'cpu-starved'],
  brings: ['leader-imbalance'],
  summary: 'The network of {component} loses packets: its connections break and come back again and again.',
  mechanism: 'Some raft messages and heartbeats get through and some do not, so streams to it are aborted and set up anew and leaders are voted off it, while the process and its heartbeats go on.',
  impact: [{ component: 'component', effect: 'gains and loses leaders' }, { component: 'clients', effect: 'a stall at each election' }],
  remedies,
  verifyBy: 'no connection to it is aborted for ten minutes and its leader count is steady',
};
