import type { Cause } from '../../cause.ts';

/** A member gets less CPU than its work needs, though its work did not grow. */
export const cpuStarved: Cause = {
  kind: 'cpu-starved',
  about: ['member'],
  needs: [['scrape-slow', 'cpu-fell'], ['apply-slow', 'backend-commit-slow', 'round-trip-slow', 'requests-slow', 'late-heartbeats']],
  predicts: [
    { sign: 'scrape-slow', weight: 4, missing: 2 },
    { sign: 'cpu-fell', weight: 2, missing: 1 },
    { sign: 'apply-slow', weight: 2, missing: 0.5 },
    { sign: 'backend-commit-slow', weight: 1, missing: 0 },
    { sign: 'round-trip-slow', weight: 1, missing: 0 },
    { sign: 'late-heartbeats', weight: 1, missing: 0 },
  ],
  forbids: [
    { sign: 'most-syncs-slow', weight: 6 },
    { sign: 'scrape-fails', weight: 4 },
    { sign: 'calls-silent', weight: 4 },
    { sign: 'member-leaderless', weight: 4 },
    { sign: 'pre-vote-loop', weight: 4 },
    { sign: 'traffic-up', weight: 3 },
    { sign: 'restarted', weight: 3 },
    { sign: 'sync-stalled', weight: 6 },
  ],
  lookalikes: ['disk-slow', 'network-delay', 'overload', 'process-hang'],
  brings: ['network-delay', 'disk-slow', 'overload'],
  summary: '{component} is starved of CPU: everything on it is late at once, while its disk is as fast as ever.',
  mechanism: 'Its goroutines do not get to run, so applying, committing, answering probes and even scrapes are late together, and its CPU rate is pinned below what its work took before. Its log blames a slow disk for late heartbeats; its fsync histogram does not. A leader slows every write and linearizable read.',
  impact: [{ component: 'component', effect: 'everything on it is late' }, { component: 'clients', effect: 'if it leads, all writes and linearizable reads are slow; if it follows, requests that are sent to it' }],
  remedies: [
    { action: 'restore-cpu', on: 'component', benefits: 'removes the cause', risks: 'find out who lowered the quota or took the CPU first', reversible: true },
    { action: 'move-leader', benefits: 'if it leads, restores latency at once', risks: 'a handful of slow requests', reversible: true },
    { action: 'wait-and-watch', benefits: 'a neighbour may finish', risks: 'clients wait meanwhile; a longer starvation costs the leadership', reversible: true },
  ],
  verifyBy: 'its scrapes take milliseconds again, and its apply and commit p99 are back at their quiet values',
};
