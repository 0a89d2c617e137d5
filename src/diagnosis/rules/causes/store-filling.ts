import type { Cause } from '../cause.ts';

/** A store that joined is being filled, which is what joining looks like. */
export const storeFilling: Cause = {
  kind: 'none',
  about: ['tikv'],
  needs: [['fills-up'], ['almost-empty']],
  predicts: [{ sign: 'fills-up', weight: 5 }, { sign: 'almost-empty', weight: 2 }, { sign: 'region-gap', weight: 1 }],
  forbids: [{ sign: 'scheduler-missing', weight: 6 }, { sign: 'scheduling-off', weight: 6 }, { sign: 'scheduler-returned', weight: 6 }, { sign: 'scheduling-unread', weight: 6 }, { sign: 'a-store-is-down', weight: 5 }, { sign: 'slow-everywhere', weight: 4 }, { sign: 'quorum-lost', weight: 6 }],
  lookalikes: ['region-imbalance', 'process-crash', 'scheduling-misconfigured', 'placement-unsatisfiable'],
  benign: true,
  summary: '{component} has far fewer regions than the others and is being filled; this is what a store that joined looks like, not a failure.',
  mechanism: 'A store joins empty. The scheduler that spreads regions sends it one after the other, as fast as its store limit lets them in, and leaders follow the regions.',
  impact: [{ component: 'component', effect: 'serves less than its share until it is filled' }],
  remedies: [{ action: 'wait-and-watch', benefits: 'it fills by itself within minutes to hours', risks: 'the others carry its share meanwhile', reversible: true }],
  verifyBy: 'its region count grows',
};
