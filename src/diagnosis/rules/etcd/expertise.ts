import type { Expertise } from '../expertise.ts';
import { probeProcesses } from '../probes/processes.ts';
import { causes } from './causes/index.ts';
import { sketches } from './causes/sketches.ts';
import { probeAnswers } from './probes/answers.ts';
import { probeLatency } from './probes/latency.ts';
import { probeLifecycle } from './probes/lifecycle.ts';
import { probeLoad } from './probes/load.ts';
import { probePeers } from './probes/peers.ts';
import { probeSpace } from './probes/space.ts';
import { etcdSecondLooks } from './second-looks.ts';
import { probeWithoutAnswers } from './probes/without-answers.ts';

/** What the rules know about etcd. */
export const etcdExpertise: Expertise = {
  subject: 'etcd',
  causes,
  sketches,
  probes: [(investigation) => probeProcesses(investigation, '.*etcd.*'), probeAnswers, probeWithoutAnswers, probeLifecycle, probePeers, probeLatency, probeLoad, probeSpace],
  secondLooks: etcdSecondLooks,
  burdens: [],
  ordinary: new Set(['led-the-control-plane', 'traffic-up', 'maintenance-logged', 'handed-leadership-over', 'lost-leadership', 'calls-answered', 'peers-noticed-nothing', 'peers-hear-it', 'database-grew', 'cpu-fell', 'late-heartbeats']),
  alarming: new Set(['slow-everywhere', 'requests-slow', 'scrape-fails', 'calls-refused', 'calls-silent', 'member-leaderless', 'quorum-lost', 'space-alarm', 'corrupt-alarm']),
  calm: new Set(['scrape-fails', 'calls-refused', 'calls-silent', 'member-leaderless', 'quorum-lost', 'space-alarm', 'fsync-slow', 'backend-commit-slow', 'round-trip-slow', 'slow-everywhere', 'restarted', 'traffic-up']),
  calmSummary: 'every member answers and names one leader, no alarm stands, disks and links are as fast as in quiet time, and so is latency',
  suspects: ['process-crash', 'disk-slow', 'overload', 'network-partition'],
};
