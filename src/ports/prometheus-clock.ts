import type { Clock, Millis } from '../kernel/clock.ts';
import { stopwatch, wallClock } from '../kernel/wall-clock.ts';
import type { Transport } from './http.ts';

/** Clocks of two machines that are kept in time differ by less. */
const sameTimeMs: Millis = 2_000;
/** A sleep asks so often how far its clock has come, and oftener where that runs faster than the wall's, but no more than every quarter of a second. */
const looksPerSleep = 20;
const lookEveryMs: Millis = 250;

/**
 * The clock by which a cluster's samples are stamped: the wall's where its Prometheus agrees with it, else what its Prometheus
 * says, which for a server whose time is not the wall's may be virtual, runs at a pace of its own and may stand still. Then a
 * sleep ends when that clock has come so far or the wall's has, whichever is first.
 */
export async function clockOf(prometheus: Transport): Promise<Clock> {
  const ask = askedOf(prometheus);
  const askedMs = wallClock.now();
  const first = await ask();
  // It was said at some instant between the question and its answer, however slow that was.
  if (first === undefined || (first > askedMs - sameTimeMs && first < wallClock.now() + sameTimeMs)) return wallClock;
  let saidMs = first;
  /** How much of its time passed in the last slice of the wall's; what is not known may be fast. */
  let pace = Infinity;
  return {
    now: () => saidMs,
    sleep: async (spanMs, signal) => {
      const elapsed = stopwatch();
      const untilMs = saidMs + spanMs;
      do {
        const leftMs = pace > 0 ? (untilMs - saidMs) / pace : spanMs;
        const sliceMs = Math.min(spanMs, Math.max(lookEveryMs, Math.min(spanMs / looksPerSleep, leftMs)));
        const beforeMs = saidMs;
        await wallClock.sleep(sliceMs, signal);
        // While nobody says, time is taken to pass as the wall's does: what is asked meanwhile must not be of the past.
        saidMs = Math.max(saidMs, (await ask()) ?? saidMs + Math.round(sliceMs));
        pace = (saidMs - beforeMs) / sliceMs;
      } while (saidMs < untilMs && elapsed() < spanMs);
    },
  };
}

/** What a Prometheus takes for now; it evaluates an expression then when it is not told otherwise. */
function askedOf(prometheus: Transport): () => Promise<Millis | undefined> {
  return async () => {
    const answer = await prometheus({ method: 'GET', path: '/api/v1/query', query: { query: 'time()' } });
    if (!answer.ok || answer.value.status !== 200) return undefined;
    const seconds = Number(/"result":\[[\d.e+]+,"([\d.e+]+)"\]/.exec(answer.value.body)?.[1]);
    return Number.isNaN(seconds) ? undefined : Math.round(seconds * 1000);
  };
}
