import type { Cause } from '../cause.ts';

const asSketch = (kind: Cause['kind'], about: Cause['about'], more: Partial<Pick<Cause, 'needs' | 'predicts' | 'forbids'>>): Cause => ({
  kind, about, needs: [], predicts: [], forbids: [], lookalikes: [], summary: '', mechanism: '', impact: [], remedies: [], verifyBy: '', ...more,
});

/** Known causes on components that they are only mistaken for: what they would need to be, without the knowledge to conclude them there. */
export const sketches: readonly Cause[] = [
  asSketch('network-partition', ['pd', 'pd-group'], { needs: [['scrape-times-out']], forbids: [{ sign: 'scrape-refused', weight: 5 }, { sign: 'graceful-stop-logged', weight: 5 }, { sign: 'restarted', weight: 3 }] }),
  asSketch('clock-skew', ['pd-group', 'tikv-group'], { needs: [['time-jumped']] }),
  asSketch('telemetry-lost', ['pd-group'], { forbids: [{ sign: 'no-leader-answers', weight: 5 }] }),
  asSketch('control-plane-leader-lost', ['pd-group'], { needs: [['no-leader-answers', 'stores-lost-control-plane']] }),
  asSketch('hot-spot-read', ['clients'], { needs: [['reads-skewed']] }),
  asSketch('hot-spot-write', ['clients'], { needs: [['writes-skewed']] }),
];
