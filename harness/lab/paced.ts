import type { Millis } from '../../src/kernel/clock.ts';
import { stopwatch, wallClock } from '../../src/kernel/wall-clock.ts';
import type { RunningCluster } from '../clusters/contract.ts';

/** A slice is short enough that whoever looks in sees time pass, and long enough to cost nothing. */
const sliceWallMs: Millis = 100;

/** A cluster in virtual time whose time passes at `speed` times the wall's pace and no faster, so that others can look in while it lives. */
export function paced(cluster: RunningCluster, speed: number): RunningCluster {
  return {
    ...cluster,
    pass: async (spanMs, signal) => {
      const elapsed = stopwatch();
      for (let passedMs = 0; passedMs < spanMs; ) {
        const sliceMs = Math.min(Math.max(1, Math.round(sliceWallMs * speed)), spanMs - passedMs);
        await cluster.pass(sliceMs, signal);
        passedMs += sliceMs;
        const aheadMs = passedMs / speed - elapsed();
        if (aheadMs > 0) await wallClock.sleep(aheadMs, signal);
      }
    },
  };
}
