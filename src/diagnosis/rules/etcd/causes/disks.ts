import type { Cause } from '../../cause.ts';

/** One disk completes synchronous writes far later than before. */
export const diskSlow: Cause = {
  kind: 'disk-slow',
  about: ['member'],
  needs: [['fsync-slow']],
  predicts: [
    { sign: 'fsync-slow', weight: 5 },
    { sign: 'most-syncs-slow', weight: 2, missing: 3 },
    { sign: 'backend-commit-slow', weight: 2, missing: 0.5 },
    { sign: 'late-heartbeats', weight: 1, missing: 0 },
  ],
  forbids: [
    { sign: 'scrape-slow', weight: 5 },
    { sign: 'scrape-fails', weight: 4 },
    { sign: 'calls-silent', weight: 4 },
    { sign: 'restarted', weight: 3 },
    { sign: 'sync-stalled', weight: 4 },
    { sign: 'traffic-up', weight: 2 },
    { sign: 'round-trip-slow', weight: 2 },
    { sign: 'member-leaderless', weight: 3 },
    { sign: 'fatal-no-space', weight: 6 },
  ],
  lookalikes: ['cpu-starved', 'network-delay', 'overload', 'control-plane-leader-lost', 'quota-exhausted', 'disk-full', 'process-hang'],
  brings: ['overload'],
  summary: 'The disk of {component} is slow: its syncs take many times what they took and what the others take.',
  mechanism: 'Every entry has to be synced to the log before a member acknowledges it. A leader with a slow disk delays every round, so writes and linearizable reads are slow on all members; a follower with one delays only what is asked of it, since the other two make the majority.',
  impact: [
    { component: 'component', effect: 'syncs and commits late' },
    { component: 'clients', effect: 'if it leads, all writes and linearizable reads are slow; if it follows, only requests that are sent to it' },
  ],
  remedies: [
    { action: 'move-leader', benefits: 'if it leads, restores latency at once: a follower with a good disk takes over within 0.1 s', risks: 'a handful of slow requests; useless where it only follows', reversible: true },
    { action: 'replace-disk', on: 'component', benefits: 'removes the cause', risks: 'its member is rebuilt; do it while the other members are healthy', reversible: false },
    { action: 'stop-member', on: 'component', benefits: 'clients no longer wait for it', risks: 'one more failure costs the quorum', reversible: true },
    { action: 'wait-and-watch', benefits: 'right where a neighbour on the same disk will finish', risks: 'clients wait meanwhile', reversible: true },
  ],
  verifyBy: 'its WAL fsync p99 is back at its quiet value',
};

/** One disk has no room left. */
export const diskFull: Cause = {
  kind: 'disk-full',
  about: ['member'],
  needs: [['fatal-no-space']],
  predicts: [
    { sign: 'fatal-no-space', weight: 7 },
    { sign: 'calls-refused', weight: 1, missing: 0 },
    { sign: 'scrape-refused', weight: 1, missing: 0 },
    { sign: 'peers-saw-reset', weight: 1, missing: 0 },
  ],
  forbids: [{ sign: 'graceful-stop-logged', weight: 4 }, { sign: 'fatal-data-lost', weight: 4 }],
  lookalikes: ['process-crash', 'quota-exhausted', 'disk-slow', 'process-hang', 'network-partition'],
  brings: ['process-crash', 'process-restarting'],
  summary: 'The disk of {component} is full, and its process died of it.',
  mechanism: "A commit of the database file or a write of the log found no space left on the device, which ends the process at once with a FATAL line; it dies the same way at each start. This is the filesystem's limit, not etcd's own quota: no alarm stands and the others serve.",
  impact: [
    { component: 'component', effect: 'is down and cannot start' },
    { component: 'clients', effect: 'next to nothing where they go elsewhere; if it led, a stall for one election' },
    { component: 'cluster', effect: 'redundancy is reduced until it is back' },
  ],
  remedies: [
    { action: 'free-disk', on: 'component', benefits: 'lets it start and catch up', risks: "only files that are not the database's own: never those of its data directory", reversible: false },
    { action: 'restart-member', on: 'component', benefits: 'brings it back once there is space', risks: 'dies again while the disk is full', reversible: true },
    { action: 'wait-and-watch', benefits: 'the others serve', risks: 'it does not heal by itself, and one more failure costs the quorum', reversible: true },
  ],
  verifyBy: 'it stays up, and its applied index moves with the others',
};
