import type { Cause } from '../cause.ts';

/** A process is gone without having been asked to stop. */
export const processCrash: Cause = {
  kind: 'process-crash',
  about: ['tikv', 'pd'],
  needs: [['scrape-refused', 'restarted']],
  predicts: [
    { sign: 'scrape-refused', weight: 4 },
    { sign: 'called-disconnected', weight: 2, missing: 0.5 },
    { sign: 'peers-saw-reset', weight: 3, missing: 1 },
    { sign: 'leaders-gone', weight: 1, missing: 0 },
    { sign: 'pending-peers', weight: 0.5, missing: 0 },
    { sign: 'fatal-other', weight: 2, missing: 0 },
    { sign: 'member-unhealthy', weight: 2, missing: 0.5 },
  ],
  forbids: [
    { sign: 'graceful-stop-logged', weight: 8 },
    { sign: 'fatal-memory', weight: 8 },
    { sign: 'fatal-no-space', weight: 8 },
    { sign: 'memory-ramp', weight: 3 },
    { sign: 'scrape-times-out', weight: 5 },
    { sign: 'logs-while-lost', weight: 5 },
    { sign: 'restarted', weight: 3 },
    { sign: 'led-the-control-plane', weight: 5 },
    { sign: 'quorum-lost', weight: 5 },
  ],
  lookalikes: ['process-hang', 'network-partition', 'planned-stop', 'memory-exhausted', 'control-plane-leader-lost', 'control-plane-quorum-lost'],
  brings: ['leader-imbalance'],
  summary: '{component} died without being asked to: its process is gone.',
  mechanism: 'The process is gone, so its host refuses every connection at once. Regions that it led had to elect new leaders, its replicas lag until it is back, and the control plane misses its heartbeats.',
  impact: [
    { component: 'component', effect: 'serves nothing; its replicas fall behind' },
    { component: 'clients', effect: 'requests to what it served stalled until others took over (up to about 20 s for regions), redundancy is reduced' },
    { component: 'group', effect: 'one member less: the next failure costs more' },
    { component: 'cluster', effect: 'redundancy is reduced until it is back' },
  ],
  remedies: [
    { action: 'restart-store', on: 'component', benefits: 'brings the replicas back; they catch up by themselves', risks: 'dies again if the reason persists: read its last log lines first', reversible: true },
    { action: 'restart-pd', on: 'component', benefits: 'brings the member back', risks: 'never restart a second member at the same time: quorum', reversible: true },
    { action: 'wait-and-watch', benefits: 'others serve meanwhile; nothing is moved before max-store-down-time', risks: 'one more failure costs the quorum of many regions', reversible: true },
  ],
  verifyBy: 'its up is 1 again, the control plane calls it Up, and pending peers fall to 0',
};
