import type { Cause } from '../cause.ts';

/** A process dies and comes back, perhaps again and again. */
export const processRestarting: Cause = {
  kind: 'process-restarting',
  about: ['tikv', 'pd'],
  needs: [['restarted', 'starts-repeatedly']],
  predicts: [
    { sign: 'restarted', weight: 4 },
    { sign: 'starts-repeatedly', weight: 3, missing: 0 },
    { sign: 'peers-saw-reset', weight: 2, missing: 0.5 },
    { sign: 'fatal-other', weight: 2, missing: 0 },
  ],
  forbids: [
    { sign: 'graceful-stop-logged', weight: 8 },
    { sign: 'fatal-memory', weight: 6 },
    { sign: 'fatal-no-space', weight: 6 },
    { sign: 'memory-ramp', weight: 4 },
    { sign: 'led-the-control-plane', weight: 4 },
    { sign: 'quorum-lost', weight: 5 },
  ],
  lookalikes: ['memory-exhausted', 'planned-stop', 'network-partition'],
  brings: ['leader-imbalance'],
  summary: '{component} died and was started again.',
  mechanism: 'Each start resets its connections and makes the regions that it led elect elsewhere; where it comes back within 20 s the control plane may not notice at all.',
  impact: [{ component: 'component', effect: 'comes and goes' }, { component: 'clients', effect: 'a stall at each restart until new leaders are elected' }],
  remedies: [
    { action: 'wait-and-watch', benefits: 'a single restart heals by itself; leaders return when the gap is above ten', risks: 'if it is a loop, each cycle is a stall', reversible: true },
    { action: 'evict-leaders', on: 'component', benefits: 'clients feel nothing of the next restart', risks: 'the other stores carry its load', reversible: true },
  ],
  verifyBy: 'its start time stays the same for ten minutes',
};
