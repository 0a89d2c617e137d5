import type { Cause } from '../cause.ts';

/** A store's process is gone without having been asked to stop. */
export const storeCrash: Cause = {
  kind: 'process-crash',
  about: ['tikv'],
  needs: [['scrape-refused', 'restarted']],
  predicts: [
    { sign: 'scrape-refused', weight: 4 },
    { sign: 'called-disconnected', weight: 2, missing: 0.5 },
    { sign: 'peers-saw-reset', weight: 3, missing: 1 },
    { sign: 'leaders-gone', weight: 1, missing: 0 },
    { sign: 'others-elected', weight: 1, missing: 0 },
    { sign: 'pending-peers', weight: 0.5, missing: 0 },
    { sign: 'fatal-other', weight: 2, missing: 0 },
  ],
  forbids: [
    { sign: 'graceful-stop-logged', weight: 8 },
    { sign: 'leaders-handed-over', weight: 5 },
    { sign: 'end-unexplained', weight: 12 },
    { sign: 'fatal-memory', weight: 8 },
    { sign: 'fatal-no-space', weight: 8 },
    { sign: 'memory-ramp', weight: 3 },
    { sign: 'scrape-times-out', weight: 5 },
    { sign: 'logs-while-lost', weight: 5 },
    { sign: 'restarted', weight: 3 },
  ],
  lookalikes: ['process-hang', 'network-partition', 'planned-stop', 'memory-exhausted'],
  brings: ['leader-imbalance'],
  summary: '{component} died without being asked to: its process is gone.',
  mechanism: 'The process is gone, so its host refuses every connection at once. Regions that it led had to elect new leaders, its replicas lag until it is back, and the control plane misses its heartbeats.',
  impact: [
    { component: 'component', effect: 'serves nothing; its replicas fall behind' },
    { component: 'clients', effect: 'requests to regions that it led stalled until others elected a leader (up to about 20 s)' },
    { component: 'cluster', effect: 'redundancy is reduced until it is back' },
  ],
  remedies: [
    { action: 'restart-store', on: 'component', benefits: 'brings the replicas back; they catch up by themselves', risks: 'dies again if the reason persists: read its last log lines first', reversible: true },
    { action: 'wait-and-watch', benefits: 'others serve meanwhile; nothing is moved before max-store-down-time', risks: 'one more failure costs the quorum of many regions', reversible: true },
  ],
  verifyBy: 'its up is 1 again, the control plane calls it Up, and pending peers fall to 0',
};

/** A member of the control plane that did not lead it is gone. */
export const memberCrash: Cause = {
  kind: 'process-crash',
  about: ['pd'],
  needs: [['scrape-refused', 'restarted']],
  predicts: [
    { sign: 'scrape-refused', weight: 4 },
    { sign: 'member-unhealthy', weight: 2, missing: 0.5 },
    { sign: 'fatal-other', weight: 2, missing: 0 },
  ],
  forbids: [
    { sign: 'graceful-stop-logged', weight: 8 },
    { sign: 'scrape-times-out', weight: 5 },
    { sign: 'led-the-control-plane', weight: 5 },
    { sign: 'quorum-lost', weight: 5 },
  ],
  lookalikes: ['process-hang', 'network-partition', 'planned-stop', 'control-plane-leader-lost', 'control-plane-quorum-lost'],
  summary: '{component}, a member of the control plane that did not lead it, died without being asked to.',
  mechanism: 'The process is gone, so its host refuses every connection at once. The leader and a majority are still there, so nothing else changes.',
  impact: [{ component: 'component', effect: 'is gone' }, { component: 'group', effect: 'one member less: the next failure costs the quorum' }, { component: 'clients', effect: 'none' }],
  remedies: [
    { action: 'restart-pd', on: 'component', benefits: 'brings the member back', risks: 'never restart a second member at the same time: quorum', reversible: true },
    { action: 'wait-and-watch', benefits: 'the others serve', risks: 'one more failure costs the quorum', reversible: true },
  ],
  verifyBy: '/health is true for every member',
};
