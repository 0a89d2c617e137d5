import type { Cause } from '../cause.ts';

/** Somebody stopped it on purpose or let another one lead, and it went in good order. */
export const plannedStop: Cause = {
  kind: 'planned-stop',
  about: ['tikv', 'pd'],
  needs: [['graceful-stop-logged', 'resigned', 'leaders-handed-over']],
  predicts: [
    { sign: 'graceful-stop-logged', weight: 6, missing: 0 },
    { sign: 'resigned', weight: 7, missing: 0 },
    { sign: 'leaders-handed-over', weight: 6, missing: 0 },
    { sign: 'leaders-evicted-first', weight: 2, missing: 0 },
    { sign: 'scrape-refused', weight: 1, missing: 2 },
  ],
  forbids: [
    { sign: 'others-elected', weight: 3 },
    { sign: 'fatal-other', weight: 4 },
    { sign: 'fatal-memory', weight: 4 },
    { sign: 'fatal-no-space', weight: 4 },
    { sign: 'scrape-times-out', weight: 4 },
    { sign: 'quorum-lost', weight: 4 },
  ],
  lookalikes: ['process-crash', 'process-hang', 'network-partition', 'control-plane-leader-lost', 'clock-skew'],
  benign: true,
  summary: '{component} was told to stop or to let another one lead, and did so in good order; this is maintenance, not a failure.',
  mechanism: 'It was asked to go and gave away what it led first; where it was told to stop, it then ended by itself, and redundancy is reduced until it is back. Clients notice next to nothing.',
  impact: [{ component: 'component', effect: 'is down, or leads no more, on purpose' }, { component: 'clients', effect: 'next to nothing: its leaders had left before' }],
  remedies: [
    { action: 'wait-and-watch', benefits: 'maintenance ends by itself', risks: 'if nobody is at work on it, it stays away: ask', reversible: true },
    { action: 'restart-store', on: 'component', benefits: 'brings it back if it was stopped by mistake', risks: 'disturbs maintenance in progress', reversible: true },
  ],
  verifyBy: 'it is back with up 1 and pending peers 0 before max-store-down-time',
};
