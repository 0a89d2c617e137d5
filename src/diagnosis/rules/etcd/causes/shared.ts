import type { Cause } from '../../cause.ts';
import { memoryExhausted as tikvMemoryExhausted } from '../../causes/memory-exhausted.ts';
import { plannedStop as tikvPlannedStop } from '../../causes/planned-stop.ts';

const restart: Cause['remedies'][number] = { action: 'restart-member', on: 'component', benefits: 'brings it back', risks: 'never with another member down: quorum', reversible: true };
const watch: Cause['remedies'][number] = { action: 'wait-and-watch', benefits: 'the others serve meanwhile', risks: 'one more failure costs the quorum', reversible: true };

/** Somebody stopped a member on purpose, and it stopped in good order: the same mechanism as on a store. */
export const plannedStop: Cause = {
  ...tikvPlannedStop,
  about: ['member'],
  needs: [['graceful-stop-logged']],
  predicts: [
    { sign: 'graceful-stop-logged', weight: 7 },
    { sign: 'handed-leadership-over', weight: 1, missing: 0 },
    { sign: 'restarted', weight: 1, missing: 0 },
    { sign: 'calls-refused', weight: 1, missing: 0 },
  ],
  forbids: [
    { sign: 'fatal-other', weight: 5 }, { sign: 'fatal-no-space', weight: 6 }, { sign: 'fatal-memory', weight: 6 }, { sign: 'fatal-data-lost', weight: 6 },
    { sign: 'calls-silent', weight: 4 }, { sign: 'scrape-times-out', weight: 4 }, { sign: 'majority-down', weight: 4 },
  ],
  lookalikes: ['process-crash', 'process-hang', 'network-partition', 'process-restarting', 'control-plane-leader-lost'],
  summary: '{component} was stopped on purpose and left in good order; this is maintenance, not a failure.',
  mechanism: 'It was asked to stop, handed its leadership over first where it led, and ended by itself. Clients go elsewhere and notice next to nothing; redundancy is reduced until it is back.',
  impact: [{ component: 'component', effect: 'is or was down on purpose' }, { component: 'clients', effect: 'next to nothing: a failover per connection' }],
  remedies: [
    { action: 'wait-and-watch', benefits: 'maintenance ends by itself', risks: 'if nobody is at work on it, it stays away: ask', reversible: true },
    { ...restart, benefits: 'brings it back if it was stopped by mistake', risks: 'disturbs maintenance in progress' },
  ],
  verifyBy: 'its status answers and names the leader of the others',
};

/** A member's process does not fit its memory limit: the same mechanism as on a store. */
export const memoryExhausted: Cause = {
  ...tikvMemoryExhausted,
  about: ['member'],
  needs: [['fatal-memory', 'memory-ramp'], ['restarted', 'calls-refused', 'scrape-refused']],
  predicts: [{ sign: 'fatal-memory', weight: 6, missing: 0 }, { sign: 'memory-ramp', weight: 5, missing: 0.5 }, { sign: 'starts-repeatedly', weight: 1, missing: 0 }, { sign: 'peers-saw-reset', weight: 1, missing: 0 }],
  forbids: [{ sign: 'graceful-stop-logged', weight: 7 }, { sign: 'fatal-no-space', weight: 6 }, { sign: 'fatal-data-lost', weight: 6 }, { sign: 'calls-silent', weight: 4 }],
  lookalikes: ['process-crash', 'process-restarting', 'disk-full', 'planned-stop'],
  brings: ['process-crash', 'process-restarting'],
  summary: '{component} does not fit its memory limit: it grew and was killed without a word.',
  mechanism: 'The kernel ends a process at its memory limit without a log line. Large ranges, many watchers or a database that outgrew the limit fill it again after each start.',
  impact: [{ component: 'component', effect: 'is down, or comes and goes' }, { component: 'clients', effect: 'failovers, and a stall when it led' }, { component: 'cluster', effect: 'redundancy is reduced while it is down' }],
  remedies: [{ action: 'fix-config', on: 'component', benefits: 'a higher limit lets it stay up', risks: 'find out first what filled it', reversible: true }, { action: 'throttle-load', benefits: 'bounds what fills it', risks: 'clients are slowed', reversible: true }, restart],
  verifyBy: 'it stays up for ten minutes with resident memory well under its limit',
};

/** A member dies and comes back again and again. */
export const processRestarting: Cause = {
  kind: 'process-restarting',
  about: ['member'],
  needs: [['starts-repeatedly']],
  predicts: [{ sign: 'starts-repeatedly', weight: 5 }, { sign: 'restarted', weight: 1, missing: 0 }, { sign: 'peers-saw-reset', weight: 2, missing: 0.5 }, { sign: 'fatal-other', weight: 2, missing: 0 }],
  forbids: [{ sign: 'graceful-stop-logged', weight: 9 }, { sign: 'fatal-memory', weight: 7 }, { sign: 'fatal-no-space', weight: 7 }, { sign: 'fatal-data-lost', weight: 7 }, { sign: 'memory-ramp', weight: 4 }, { sign: 'calls-silent', weight: 3 }],
  lookalikes: ['process-crash', 'memory-exhausted', 'planned-stop', 'disk-full', 'network-partition'],
  summary: '{component} dies and is started again, again and again.',
  mechanism: 'Each death resets its connections, and takes the leadership where it had it; whoever starts it does not remove what kills it.',
  impact: [{ component: 'component', effect: 'comes and goes' }, { component: 'clients', effect: 'failovers, and a stall whenever it led' }],
  remedies: [{ action: 'stop-member', on: 'component', benefits: 'ends the churn while the reason is looked for in its last lines', risks: 'one more failure costs the quorum', reversible: true }, watch],
  verifyBy: 'its start time stays the same for ten minutes',
};

/** Only the monitoring has lost the member. */
export const telemetryLost: Cause = {
  kind: 'telemetry-lost',
  about: ['member'],
  needs: [['scrape-fails'], ['calls-answered', 'peers-hear-it']],
  predicts: [{ sign: 'scrape-fails', weight: 3 }, { sign: 'calls-answered', weight: 3 }, { sign: 'peers-hear-it', weight: 2, missing: 1 }],
  forbids: [{ sign: 'calls-refused', weight: 6 }, { sign: 'calls-silent', weight: 3 }, { sign: 'peers-lost-it', weight: 6 }, { sign: 'peers-saw-timeout', weight: 5 }, { sign: 'restarted', weight: 3 }, { sign: 'graceful-stop-logged', weight: 4 }, { sign: 'member-leaderless', weight: 5 }],
  lookalikes: ['process-crash', 'process-hang', 'network-partition'],
  summary: 'Only the monitoring has lost {component}: it answers and takes part as before.',
  mechanism: 'Its metrics endpoint cannot be read, while its own API answers, it follows the leader, and no peer misses it.',
  impact: [{ component: 'component', effect: 'cannot be seen; it serves' }],
  remedies: [{ action: 'restore-monitoring', on: 'component', benefits: 'sight again', risks: 'none', reversible: true }, { ...watch, benefits: 'nothing is broken', risks: 'blind to the next fault' }],
  verifyBy: 'its up is 1 again',
};

/** A clock was moved. */
export const clockSkew: Cause = {
  kind: 'clock-skew',
  about: ['member'],
  needs: [['clock-drift-seen']],
  predicts: [{ sign: 'clock-drift-seen', weight: 6 }],
  forbids: [{ sign: 'fsync-slow', weight: 2 }, { sign: 'restarted', weight: 1 }],
  lookalikes: ['disk-slow', 'network-delay', 'cpu-starved'],
  summary: 'The clock of {component} is wrong: the other members measure a high drift of it.',
  mechanism: 'Raft counts ticks of a monotonic clock and is not touched. Lease expiry while it leads and the stamps of its log are.',
  impact: [{ component: 'component', effect: 'its log stamps leave those of the others; leases that it keeps expire early or late' }],
  remedies: [{ action: 'step-clock-slowly', on: 'component', benefits: 'brings the clock back without a jump', risks: 'a step shortens or lengthens leases', reversible: true }, { ...watch, benefits: 'a small offset heals by itself', risks: 'leases are wrong meanwhile' }],
  verifyBy: 'no prober logs a high drift any more',
};
