import type { Cause } from '../cause.ts';

const asSketch = (kind: Cause['kind'], about: Cause['about'], more: Partial<Pick<Cause, 'needs' | 'predicts' | 'forbids'>>): Cause => ({
  kind, about, needs: [], predicts: [], forbids: [], lookalikes: [], summary: '', mechanism: '', impact: [], remedies: [], verifyBy: '', ...more,
});

/** Causes that are answered as look-alikes only: what they would need to be, without the knowledge to conclude them. */
export const sketches: readonly Cause[] = [
  // A late link shows in the time to commit while the append to the own log stays flat.
  asSketch('network-delay', ['tikv'], { forbids: [{ sign: 'append-slow', weight: 3 }, { sign: 'sync-slow', weight: 3 }, { sign: 'cpu-quota-cut', weight: 3 }, { sign: 'scrape-fails', weight: 2 }] }),
  // Loss lets some messages through; then connections come back and some heartbeats arrive.
  asSketch('network-loss', ['tikv'], { forbids: [{ sign: 'pre-vote-loop', weight: 3 }, { sign: 'called-disconnected', weight: 2 }] }),
  asSketch('network-partition', ['pd', 'pd-group'], { needs: [['scrape-times-out']], forbids: [{ sign: 'scrape-refused', weight: 5 }, { sign: 'graceful-stop-logged', weight: 5 }, { sign: 'restarted', weight: 3 }] }),
  asSketch('disk-stalled', ['tikv'], { forbids: [{ sign: 'scrape-times-out', weight: 3 }, { sign: 'scrape-refused', weight: 3 }] }),
  asSketch('disk-corrupted', ['tikv'], { needs: [['fatal-other']], forbids: [{ sign: 'fatal-memory', weight: 5 }, { sign: 'fatal-no-space', weight: 5 }] }),
  asSketch('write-stall', ['tikv'], { needs: [['writes-slow']], forbids: [{ sign: 'append-slow', weight: 3 }, { sign: 'writes-refused-no-space', weight: 4 }, { sign: 'space-low', weight: 2 }] }),
  asSketch('leader-imbalance', ['tikv'], { needs: [['leader-gap']], forbids: [{ sign: 'scheduler-missing', weight: 4 }, { sign: 'scheduling-off', weight: 4 }, { sign: 'evict-leader-left', weight: 4 }, { sign: 'evicted-as-slow', weight: 4 }, { sign: 'a-store-is-down', weight: 3 }] }),
  asSketch('region-imbalance', ['tikv'], { needs: [['region-gap']], forbids: [{ sign: 'scheduler-missing', weight: 4 }, { sign: 'scheduling-off', weight: 4 }, { sign: 'traffic-rose-first', weight: 2 }] }),
  asSketch('placement-unsatisfiable', ['pd-group'], { forbids: [{ sign: 'scheduler-missing', weight: 4 }, { sign: 'scheduling-off', weight: 4 }] }),
  asSketch('replica-quorum-lost', ['tikv-group'], { needs: [['a-store-is-down']] }),
  asSketch('quota-exhausted', ['pd-group'], { needs: [['no-leader-answers']] }),
  asSketch('clock-skew', ['pd', 'pd-group', 'tikv-group'], { needs: [['time-jumped']] }),
  asSketch('telemetry-lost', ['pd-group'], { forbids: [{ sign: 'no-leader-answers', weight: 5 }] }),
  asSketch('control-plane-leader-lost', ['pd-group'], { needs: [['no-leader-answers', 'stores-lost-control-plane']] }),
  asSketch('retry-storm', ['clients'], { forbids: [{ sign: 'traffic-rose-first', weight: 4 }] }),
  asSketch('hot-spot-read', ['clients'], { needs: [['reads-skewed']] }),
  asSketch('hot-spot-write', ['clients'], { needs: [['writes-skewed']] }),
];
