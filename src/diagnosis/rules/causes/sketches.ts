import type { Cause } from '../cause.ts';

const asSketch = (kind: Cause['kind'], about: Cause['about'], more: Partial<Pick<Cause, 'needs' | 'predicts' | 'forbids'>>): Cause => ({
  kind, about, needs: [], predicts: [], forbids: [], lookalikes: [], summary: '', mechanism: '', impact: [], remedies: [], verifyBy: '', ...more,
});

/** Causes that are answered as look-alikes only: what they would need to be, without the knowledge to conclude them. */
export const sketches: readonly Cause[] = [
  asSketch('network-partition', ['pd', 'pd-group'], { needs: [['scrape-times-out']], forbids: [{ sign: 'scrape-refused', weight: 5 }, { sign: 'graceful-stop-logged', weight: 5 }, { sign: 'restarted', weight: 3 }] }),
  asSketch('disk-corrupted', ['tikv'], { needs: [['fatal-other']], forbids: [{ sign: 'fatal-memory', weight: 5 }, { sign: 'fatal-no-space', weight: 5 }] }),
  asSketch('leader-imbalance', ['tikv'], { needs: [['leader-gap']], forbids: [{ sign: 'scheduler-missing', weight: 4 }, { sign: 'scheduling-off', weight: 4 }, { sign: 'evict-leader-left', weight: 4 }, { sign: 'evicted-as-slow', weight: 4 }, { sign: 'a-store-is-down', weight: 3 }] }),
  asSketch('quota-exhausted', ['pd-group'], { needs: [['no-leader-answers']] }),
  asSketch('clock-skew', ['pd-group', 'tikv-group'], { needs: [['time-jumped']] }),
  asSketch('telemetry-lost', ['pd-group'], { forbids: [{ sign: 'no-leader-answers', weight: 5 }] }),
  asSketch('control-plane-leader-lost', ['pd-group'], { needs: [['no-leader-answers', 'stores-lost-control-plane']] }),
  asSketch('retry-storm', ['clients'], { forbids: [{ sign: 'traffic-rose-first', weight: 4 }] }),
  asSketch('hot-spot-read', ['clients'], { needs: [['reads-skewed']] }),
  asSketch('hot-spot-write', ['clients'], { needs: [['writes-skewed']] }),
  // A job of the cluster's own (backup, import, compaction) makes load that no client asked for.
  asSketch('background-load', ['tikv-group'], { needs: [['slow-everywhere', 'waits-everywhere']], forbids: [{ sign: 'traffic-rose-first', weight: 4 }, { sign: 'a-store-is-down', weight: 4 }] }),
  // Waiting for a row's lock happens in transactions; raw requests take no locks.
  asSketch('lock-contention', ['clients'], { needs: [['slow-everywhere']], forbids: [{ sign: 'waits-everywhere', weight: 3 }, { sign: 'a-store-is-down', weight: 4 }, { sign: 'traffic-rose-first', weight: 3 }] }),
  asSketch('replica-lagging', ['tikv'], { needs: [['restarted'], ['append-slow', 'writes-slow']], forbids: [{ sign: 'scrape-fails', weight: 4 }, { sign: 'called-disconnected', weight: 3 }] }),
  // A quorum that is alive and elects nobody: the stores are there and their regions are not led.
  asSketch('election-stalled', ['tikv-group'], { needs: [['regions-leaderless']], forbids: [{ sign: 'two-stores-gone', weight: 6 }, { sign: 'a-store-is-down', weight: 4 }] }),
  asSketch('misconfigured', ['tikv', 'pd'], { needs: [['fatal-other', 'cpu-quota-cut']], forbids: [{ sign: 'fatal-no-space', weight: 5 }, { sign: 'fatal-memory', weight: 3 }] }),
  // A certificate ends for everybody at one instant, and what is connected already stays connected.
  asSketch('certificate-expired', ['tikv-group'], { needs: [['streams-flap', 'stores-lost-control-plane']], forbids: [{ sign: 'scrape-refused', weight: 5 }, { sign: 'peers-saw-reset', weight: 3 }] }),
  asSketch('identity-conflict', ['tikv'], { needs: [['fatal-other']], forbids: [{ sign: 'fatal-no-space', weight: 5 }, { sign: 'fatal-memory', weight: 5 }, { sign: 'peers-lost-it', weight: 2 }] }),
  // Clients that go on asking the wrong store: it answers quickly and leads nothing of what it is asked for.
  asSketch('stale-route', ['clients'], { needs: [['leads-nothing']], forbids: [{ sign: 'slow-everywhere', weight: 3 }, { sign: 'a-store-is-down', weight: 3 }] }),
];
