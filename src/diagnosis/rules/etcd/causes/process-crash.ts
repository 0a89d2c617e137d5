import type { Cause } from '../../cause.ts';

/** A member's process is gone without having been asked to stop. */
export const memberCrash: Cause = {
  kind: 'process-crash',
  about: ['member'],
  needs: [['scrape-refused', 'calls-refused', 'restarted']],
  predicts: [
    { sign: 'scrape-refused', weight: 3, missing: 0 },
    { sign: 'calls-refused', weight: 3, missing: 0 },
    { sign: 'peers-saw-reset', weight: 3, missing: 1 },
    { sign: 'restarted', weight: 2, missing: 0 },
    { sign: 'fatal-other', weight: 2, missing: 0 },
    { sign: 'sends-fail', weight: 1, missing: 0 },
  ],
  forbids: [
    { sign: 'graceful-stop-logged', weight: 9 },
    { sign: 'end-unexplained', weight: 12 },
    { sign: 'fatal-memory', weight: 9 },
    { sign: 'fatal-no-space', weight: 9 },
    { sign: 'fatal-data-lost', weight: 9 },
    { sign: 'starts-repeatedly', weight: 5 },
    { sign: 'scrape-times-out', weight: 5 },
    { sign: 'calls-silent', weight: 5 },
    { sign: 'peers-saw-timeout', weight: 3 },
    { sign: 'logs-while-lost', weight: 5 },
  ],
  lookalikes: ['process-hang', 'network-partition', 'planned-stop', 'disk-slow', 'disk-full', 'memory-exhausted', 'control-plane-leader-lost', 'replica-quorum-lost', 'overload'],
  summary: '{component} died without being asked to: its process is gone.',
  mechanism: 'The process is gone, so its host refuses every connection at once and its peers lose their streams to it in the same instant. If it led, the others elect a new leader within one to two seconds, and proposals in flight to it are lost; if it followed, nothing changes but the redundancy. Where this was one member too many, no majority is left and nothing can be committed.',
  impact: [
    { component: 'component', effect: 'serves nothing until it is started again' },
    { component: 'clients', effect: 'connections to it are refused and go elsewhere; if it led, writes and linearizable reads stall for an election and some time out; without a majority they all fail' },
    { component: 'cluster', effect: 'redundancy is reduced until it is back' },
  ],
  remedies: [
    { action: 'restart-member', on: 'component', benefits: 'brings the member back; it catches up by itself within a second or so', risks: 'dies again if the reason persists: read its last log lines first', reversible: true },
    { action: 'wait-and-watch', benefits: 'right while a majority serves and somebody is at work on the host', risks: 'one more failure costs the quorum; a lost quorum does not heal by itself', reversible: true },
    { action: 'replace-member', on: 'component', benefits: 'right when its host or data is lost for good', risks: 'remove it first and add the new one afterwards: adding first makes the quorum larger', reversible: false },
  ],
  verifyBy: 'its status names the same leader as the others, and its applied index moves with theirs',
};
