import type { Cause } from '../cause.ts';

/** Only the monitoring has lost the node. */
export const telemetryLost: Cause = {
  kind: 'telemetry-lost',
  about: ['tikv'],
  // That it serves has to be seen: for the first seconds every silent store looks like this, since its heartbeats are not due.
  needs: [['scrape-fails'], ['heartbeats-go-on']],
  predicts: [{ sign: 'scrape-fails', weight: 2 }, { sign: 'heartbeats-go-on', weight: 3 }],
  forbids: [{ sign: 'called-disconnected', weight: 6 }, { sign: 'peers-lost-it', weight: 6 }, { sign: 'leaders-gone', weight: 4 }, { sign: 'restarted', weight: 3 }, { sign: 'graceful-stop-logged', weight: 4 }, { sign: 'fatal-memory', weight: 4 }, { sign: 'fatal-other', weight: 4 }, { sign: 'fatal-no-space', weight: 4 }],
  lookalikes: ['process-crash', 'process-hang'],
  summary: 'Only the monitoring has lost {component}: it serves and heartbeats as before.',
  mechanism: 'Its metrics endpoint cannot be read, while the control plane has fresh heartbeats and no peer misses it.',
  impact: [{ component: 'component', effect: 'cannot be seen; it serves' }],
  remedies: [
    { action: 'restore-monitoring', on: 'component', benefits: 'sight again', risks: 'none', reversible: true },
    { action: 'wait-and-watch', benefits: 'nothing is broken', risks: 'blind to the next fault', reversible: true },
  ],
  verifyBy: 'its up is 1 again',
};
