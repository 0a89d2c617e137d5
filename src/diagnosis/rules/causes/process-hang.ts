import type { Cause } from '../cause.ts';

/** A store's process exists but does not run. */
export const storeHang: Cause = {
  kind: 'process-hang',
  about: ['tikv'],
  needs: [['scrape-times-out', 'peers-saw-keepalive']],
  predicts: [
    { sign: 'scrape-times-out', weight: 4 },
    { sign: 'peers-saw-keepalive', weight: 4, missing: 1.5 },
    { sign: 'called-disconnected', weight: 2, missing: 0.5 },
    { sign: 'leaders-gone', weight: 1, missing: 0 },
  ],
  forbids: [
    { sign: 'scrape-refused', weight: 6 },
    { sign: 'restarted', weight: 6 },
    { sign: 'logs-while-lost', weight: 6 },
    { sign: 'graceful-stop-logged', weight: 5 },
    { sign: 'peers-saw-reset', weight: 3 },
    { sign: 'peers-saw-timeout', weight: 3 },
  ],
  lookalikes: ['process-crash', 'network-partition', 'planned-stop', 'disk-stalled', 'cpu-starved'],
  summary: '{component} hangs: its process exists and does not run.',
  mechanism: 'The kernel still accepts and acknowledges for the process, so requests to it hang instead of failing. Peers noticed only when their keep-alive gave up, and elected new leaders after that.',
  impact: [
    { component: 'component', effect: 'answers nothing' },
    { component: 'clients', effect: 'requests to regions that it led hung until the keep-alive gave up and followers elected (up to about 26 s)' },
    { component: 'cluster', effect: 'redundancy is reduced until it is back' },
  ],
  remedies: [
    { action: 'restart-store', on: 'component', benefits: 'turns a hang into a clean failure and brings it back', risks: 'loses the evidence in the process: look at its host (stopped, frozen container, migration) first', reversible: true },
    { action: 'wait-and-watch', benefits: 'leaders have moved already; a short freeze ends by itself', risks: 'redundancy is reduced meanwhile', reversible: true },
  ],
  verifyBy: 'it answers scrapes again with an unchanged start time, and the control plane calls it Up',
};

/** A member of the control plane exists but does not run. */
export const memberHang: Cause = {
  kind: 'process-hang',
  about: ['pd'],
  needs: [['scrape-times-out']],
  predicts: [{ sign: 'scrape-times-out', weight: 4 }, { sign: 'member-unhealthy', weight: 1, missing: 0.5 }],
  // A frozen leader is told by what its freezing costs: the office is lost, whichever way its holder went.
  forbids: [{ sign: 'restarted', weight: 6 }, { sign: 'graceful-stop-logged', weight: 5 }, { sign: 'quorum-lost', weight: 4 }, { sign: 'led-the-control-plane', weight: 3 }],
  lookalikes: ['process-crash', 'network-partition', 'planned-stop', 'control-plane-quorum-lost'],
  summary: '{component} hangs: its process exists and does not run.',
  mechanism: 'The kernel still accepts for the process, so whatever is sent or forwarded to it hangs instead of failing.',
  impact: [{ component: 'component', effect: 'answers nothing' }, { component: 'group', effect: 'requests that reach it or are forwarded to it hang' }],
  remedies: [
    { action: 'restart-pd', on: 'component', benefits: 'turns a hang into a clean failure and brings the member back', risks: 'never restart a second member at the same time: quorum', reversible: true },
    { action: 'wait-and-watch', benefits: 'the others serve', risks: 'one more failure costs the quorum', reversible: true },
  ],
  verifyBy: 'it answers scrapes again and /health is true for it',
};
