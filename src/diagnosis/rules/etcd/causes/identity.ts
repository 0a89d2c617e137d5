import type { Cause } from '../../cause.ts';

/** A member comes back without the data that belongs to its membership. */
export const dataDirectoryLost: Cause = {
  kind: 'misconfigured',
  about: ['member'],
  needs: [['fatal-data-lost']],
  predicts: [{ sign: 'fatal-data-lost', weight: 8 }, { sign: 'calls-refused', weight: 1, missing: 0 }, { sign: 'starts-repeatedly', weight: 1, missing: 0 }],
  forbids: [{ sign: 'fatal-no-space', weight: 3 }, { sign: 'calls-answered', weight: 4 }],
  lookalikes: ['process-crash', 'process-restarting', 'disk-full', 'network-partition'],
  brings: ['process-crash', 'process-restarting', 'planned-stop', 'replica-lagging'],
  summary: '{component} refuses to start: its data directory does not belong to the membership that it is configured for.',
  mechanism: 'The others know a member with this identity and history, and it comes with an empty or foreign data directory, so taking part would break what it once promised. It ends with a FATAL line at each start, however often it is started.',
  impact: [{ component: 'component', effect: 'cannot join' }, { component: 'cluster', effect: 'redundancy is reduced until the member is replaced' }, { component: 'clients', effect: 'connections to it are refused and go elsewhere' }],
  remedies: [
    { action: 'replace-member', on: 'component', benefits: 'removes the old identity, then adds the member anew as a learner, which copies the data', risks: 'remove before adding; never while another member is down', reversible: false },
    { action: 'fix-config', on: 'component', benefits: 'right where its data still exists elsewhere: point it at the right directory', risks: 'a copy of older data must never be used under the same identity', reversible: true },
    { action: 'wait-and-watch', benefits: 'the others serve', risks: 'it does not heal by itself, and one more failure costs the quorum', reversible: true },
  ],
  verifyBy: 'the member list shows it started, and its applied index moves with the others',
};

/** A member is far behind its leader and nothing else explains it. */
export const replicaLagging: Cause = {
  kind: 'replica-lagging',
  about: ['member'],
  needs: [['behind']],
  predicts: [{ sign: 'behind', weight: 4 }, { sign: 'restarted', weight: 1, missing: 0 }],
  forbids: [{ sign: 'member-leaderless', weight: 5 }, { sign: 'pre-vote-loop', weight: 5 }, { sign: 'fsync-slow', weight: 4 }, { sign: 'scrape-slow', weight: 4 }, { sign: 'round-trip-slow', weight: 3 }, { sign: 'peers-saw-timeout', weight: 3 }],
  lookalikes: ['disk-slow', 'network-partition', 'cpu-starved', 'process-hang'],
  summary: '{component} is far behind its leader: what it holds is old.',
  mechanism: 'It follows the leader and applies what it missed, entry by entry or from a snapshot. Until it has caught up it does not count for redundancy, and serializable reads on it are old.',
  impact: [{ component: 'component', effect: 'serializable reads on it are old' }, { component: 'cluster', effect: 'redundancy is reduced until it has caught up' }],
  remedies: [
    { action: 'wait-and-watch', benefits: 'it catches up by itself', risks: 'one more failure meanwhile costs the quorum', reversible: true },
    { action: 'throttle-load', benefits: 'lets it catch up sooner', risks: 'clients are slowed', reversible: true },
  ],
  verifyBy: "its applied index equals the leader's",
};
