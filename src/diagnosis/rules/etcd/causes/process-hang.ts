import type { Cause } from '../../cause.ts';

/** A member's process exists but does not run. */
export const memberHang: Cause = {
  kind: 'process-hang',
  about: ['member'],
  needs: [['scrape-times-out', 'calls-silent', 'sync-stalled']],
  predicts: [
    { sign: 'scrape-times-out', weight: 2, missing: 1 },
    { sign: 'calls-silent', weight: 2, missing: 1 },
    { sign: 'peers-noticed-nothing', weight: 4, missing: 1 },
    // What a hang leaves behind when it is over.
    { sign: 'sync-stalled', weight: 4, missing: 0 },
  ],
  forbids: [
    { sign: 'end-unexplained', weight: 4 },
    { sign: 'scrape-refused', weight: 6 },
    { sign: 'calls-refused', weight: 6 },
    { sign: 'calls-answered', weight: 2 },
    { sign: 'restarted', weight: 6 },
    { sign: 'graceful-stop-logged', weight: 5 },
    { sign: 'peers-saw-reset', weight: 4 },
    { sign: 'peers-saw-timeout', weight: 7 },
    { sign: 'stepped-down', weight: 5 },
    { sign: 'pre-vote-loop', weight: 6 },
    { sign: 'logs-while-lost', weight: 6 },
    { sign: 'peers-hear-it', weight: 6 },
  ],
  lookalikes: ['process-crash', 'network-partition', 'disk-slow', 'planned-stop', 'cpu-starved', 'telemetry-lost', 'replica-quorum-lost'],
  summary: '{component} hangs, or hung until a moment ago: its process exists and does not run.',
  mechanism: "The kernel still accepts and acknowledges for the process, so whatever is sent to it hangs instead of failing, and its peers' streams stay open: they have nothing to log. If it led, the others elect a new leader when its heartbeats stop; if it followed, only those who call it notice.",
  impact: [
    { component: 'component', effect: 'answers nothing' },
    { component: 'clients', effect: 'requests that are sent to it hang until they give up, again and again; if it led, everything stalls for one election' },
    { component: 'cluster', effect: 'redundancy is reduced until it runs again' },
  ],
  remedies: [
    { action: 'restart-member', on: 'component', benefits: 'turns a hang into a clean failure and brings the member back', risks: 'loses the evidence in the process: look at its host (stopped, frozen container, migration) first; never with another member down', reversible: true },
    { action: 'wait-and-watch', benefits: 'a short freeze ends by itself and the member catches up', risks: 'clients without a time limit of their own hang meanwhile', reversible: true },
  ],
  verifyBy: 'its status answers again with an unchanged start time, and names the leader of the others',
};
