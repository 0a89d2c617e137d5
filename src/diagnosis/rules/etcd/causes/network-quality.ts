import type { Cause } from '../../cause.ts';

const remedies: Cause['remedies'] = [
  { action: 'heal-network', on: 'component', benefits: 'removes the cause', risks: 'none of its own', reversible: true },
  { action: 'move-leader', benefits: 'if it leads, most requests no longer wait for its links', risks: 'a handful of slow requests; useless where it only follows', reversible: true },
  { action: 'wait-and-watch', benefits: 'a passing disturbance ends by itself', risks: 'clients wait meanwhile', reversible: true },
];

/** Messages to and from one member arrive, and late. */
export const networkDelay: Cause = {
  kind: 'network-delay',
  about: ['member'],
  needs: [['round-trip-slow']],
  predicts: [{ sign: 'round-trip-slow', weight: 6 }, { sign: 'requests-slow', weight: 1, missing: 0 }, { sign: 'slow-everywhere', weight: 1, missing: 0 }],
  forbids: [
    { sign: 'fsync-slow', weight: 4 }, { sign: 'backend-commit-slow', weight: 4 }, { sign: 'apply-slow', weight: 2 }, { sign: 'scrape-slow', weight: 5 }, { sign: 'cpu-fell', weight: 2 }, { sign: 'scrape-fails', weight: 4 },
    { sign: 'restarted', weight: 3 }, { sign: 'sync-stalled', weight: 4 }, { sign: 'member-leaderless', weight: 4 }, { sign: 'calls-silent', weight: 4 }, { sign: 'traffic-up', weight: 2 }, { sign: 'streams-flap', weight: 3 }, { sign: 'round-trip-uneven', weight: 3 },
  ],
  lookalikes: ['disk-slow', 'cpu-starved', 'network-loss', 'network-partition', 'overload'],
  summary: 'The network of {component} is slow: every round trip with it takes long, and those of the others do not.',
  mechanism: 'A write needs one round trip from the leader to a majority, and one more when it was sent to a follower. With slow links a leader delays every write and linearizable read; a follower delays only what is asked of it. Disk, CPU and applying are as fast as ever, and nothing is elected since heartbeats still arrive in time.',
  impact: [{ component: 'component', effect: 'its messages arrive late' }, { component: 'clients', effect: 'if it leads, all writes and linearizable reads take one or two of its round trips; if it follows, only requests that are sent to it' }],
  remedies,
  verifyBy: 'round trips with it are back at their quiet value',
};

/** Some messages to and from one member get lost. */
export const networkLoss: Cause = {
  kind: 'network-loss',
  about: ['member'],
  needs: [['streams-flap', 'round-trip-uneven']],
  predicts: [{ sign: 'round-trip-uneven', weight: 5, missing: 0 }, { sign: 'streams-flap', weight: 5, missing: 0 }, { sign: 'late-heartbeats', weight: 0.5, missing: 0 }, { sign: 'sends-fail', weight: 1, missing: 0 }, { sign: 'lost-leadership', weight: 1, missing: 0 }],
  forbids: [
    { sign: 'restarted', weight: 6 }, { sign: 'scrape-refused', weight: 5 }, { sign: 'calls-refused', weight: 5 }, { sign: 'calls-silent', weight: 3 }, { sign: 'graceful-stop-logged', weight: 5 }, { sign: 'pre-vote-loop', weight: 3 },
    { sign: 'fsync-slow', weight: 3 }, { sign: 'apply-slow', weight: 2 }, { sign: 'member-leaderless', weight: 2 }, { sign: 'sync-stalled', weight: 5 }, { sign: 'round-trip-slow', weight: 2 }, { sign: 'cpu-fell', weight: 1 },
  ],
  lookalikes: ['network-delay', 'network-partition', 'process-restarting', 'cpu-starved'],
  summary: 'The network of {component} loses packets: its streams break and come back again and again.',
  mechanism: 'Some packets get through and some have to be sent again after 200 ms or more, so half of the round trips with it are as quick as ever and the rest are many times later. With more loss its streams break and leadership changes, while its process goes on.',
  impact: [{ component: 'component', effect: 'is heard now and then' }, { component: 'clients', effect: 'a stall at each election, and late answers of this member' }],
  remedies,
  verifyBy: 'no stream to it breaks for ten minutes, and the leader stays',
};
