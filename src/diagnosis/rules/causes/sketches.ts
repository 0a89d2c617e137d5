import type { Cause } from '../cause.ts';

const asSketch = (kind: Cause['kind'], about: Cause['about'], more: Pick<Cause, 'needs' | 'predicts' | 'forbids'>): Cause => ({
  kind, about, lookalikes: [], summary: '', mechanism: '', impact: [], remedies: [], verifyBy: '', ...more,
});

/** Causes that are answered as look-alikes only: what they would need to be, without the knowledge to conclude them. */
export const sketches: readonly Cause[] = [
  asSketch('network-delay', ['tikv'], { needs: [], predicts: [], forbids: [{ sign: 'append-slow', weight: 3 }, { sign: 'sync-slow', weight: 3 }, { sign: 'cpu-quota-cut', weight: 3 }, { sign: 'scrape-fails', weight: 2 }] }),
  asSketch('disk-stalled', ['tikv'], { needs: [], predicts: [], forbids: [{ sign: 'scrape-times-out', weight: 3 }, { sign: 'scrape-refused', weight: 3 }] }),
  asSketch('leader-imbalance', ['tikv'], { needs: [['leader-gap']], predicts: [{ sign: 'leader-gap', weight: 3 }], forbids: [{ sign: 'scheduler-missing', weight: 4 }, { sign: 'scheduling-off', weight: 4 }, { sign: 'evict-leader-left', weight: 4 }, { sign: 'a-store-is-down', weight: 3 }] }),
  asSketch('region-imbalance', ['tikv'], { needs: [['region-gap']], predicts: [{ sign: 'region-gap', weight: 3 }], forbids: [{ sign: 'scheduler-missing', weight: 4 }, { sign: 'scheduling-off', weight: 4 }] }),
  asSketch('write-stall', ['tikv'], { needs: [['writes-slow']], predicts: [{ sign: 'writes-slow', weight: 2 }], forbids: [{ sign: 'append-slow', weight: 3 }, { sign: 'writes-refused-no-space', weight: 4 }, { sign: 'space-low', weight: 2 }] }),
  asSketch('replica-quorum-lost', ['pd-group'], { needs: [['a-store-is-down']], predicts: [{ sign: 'a-store-is-down', weight: 3 }], forbids: [] }),
];
