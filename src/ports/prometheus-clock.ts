import type { Clock, Millis } from '../kernel/clock.ts';
import { stopwatch, wallClock } from '../kernel/wall-clock.ts';
import type { Transport } from './http.ts';

/** Clocks of two machines that are kept in time differ by less. */
const sameTimeMs: Millis = 2_000;
const lookEveryMs: Millis = 250;

/**
 * The clock by which a cluster's samples are stamped: the wall's where its Prometheus agrees with it, else what its Prometheus
 * says, which for a twin that listens is virtual, runs at a pace of its own and may stand still. Then a sleep ends when that clock
 * has come so far or the wall's has, whichever is first.
 */
export async function clockOf(prometheus: Transport): Promise<Clock> {
  const ask = askedOf(prometheus);
  const first = await ask();
  if (first === undefined || Math.abs(first - wallClock.now()) < sameTimeMs) return wallClock;
  let saidMs = first;
  return {
    now: () => saidMs,
    sleep: async (spanMs, signal) => {
      const elapsed = stopwatch();
      const untilMs = saidMs + spanMs;
      do {
        await wallClock.sleep(Math.min(lookEveryMs, spanMs), signal);
        saidMs = Math.max(saidMs, (await ask()) ?? saidMs);
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
