import { causes } from './causes/index.ts';
import { sketches } from './causes/sketches.ts';
import type { Expertise } from './expertise.ts';
import { probes } from './probes/index.ts';
import { secondLooks } from './second-looks/tikv.ts';

/** What the rules know about TiKV and its PD. */
export const tikvExpertise: Expertise = {
  subject: 'tikv',
  causes,
  sketches,
  probes,
  secondLooks,
  burdens: ['leads-nothing', 'almost-empty', 'keeps-its-regions', 'takes-most-reads', 'takes-most-writes', 'slow-score-high'],
  ordinary: new Set(['led-the-control-plane', 'traffic-up', 'takes-most-reads', 'takes-most-writes', 'space-low']),
  alarming: new Set([
    'scrape-fails', 'called-disconnected', 'peers-lost-it', 'two-stores-gone', 'regions-leaderless', 'quorum-lost', 'no-leader-answers', 'member-unhealthy', 'stores-lost-control-plane',
    'slow-everywhere', 'waits-everywhere', 'fatal-memory', 'fatal-no-space', 'fatal-other', 'writes-refused-no-space', 'sync-stopped',
  ]),
  calm: new Set(['scrape-fails', 'called-disconnected', 'pending-peers', 'append-slow', 'slow-everywhere', 'scheduler-missing', 'quorum-lost', 'traffic-up']),
  calmSummary: 'every node answers, stores heartbeat, replicas are complete, and latency is as in quiet time',
  suspects: ['process-crash', 'disk-slow', 'overload', 'scheduling-misconfigured'],
};
