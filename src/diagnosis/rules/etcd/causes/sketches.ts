import type { Cause } from '../../cause.ts';

const asSketch = (kind: Cause['kind'], about: Cause['about'], more: Partial<Pick<Cause, 'needs' | 'predicts' | 'forbids'>>): Cause => ({
  kind, about, needs: [], predicts: [], forbids: [], lookalikes: [], summary: '', mechanism: '', impact: [], remedies: [], verifyBy: '', ...more,
});

/** Causes that are answered as look-alikes only: what they would need to be, without the knowledge to conclude them. */
export const sketches: readonly Cause[] = [
  // A change of leader is what follows; who lost the leadership, and how, is the cause.
  asSketch('control-plane-leader-lost', ['cluster'], { needs: [['quorum-lost']], forbids: [{ sign: 'space-alarm', weight: 2 }] }),
  asSketch('control-plane-quorum-lost', ['cluster'], { needs: [['quorum-lost']] }),
  asSketch('disk-stalled', ['member'], { needs: [['sync-stalled']], forbids: [{ sign: 'fsync-slow', weight: 4 }] }),
  asSketch('identity-conflict', ['member'], { needs: [['fatal-data-lost']] }),
];
