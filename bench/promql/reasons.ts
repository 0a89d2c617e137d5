import { stopwatch } from '../../src/kernel/wall-clock.ts';
import { answerJson } from '../../harness/telemetry/api-answer.ts';
import { wireBytes } from '../../harness/telemetry/api-json.ts';
import { queryRange } from '../../harness/telemetry/promql/engine.ts';
import type { MetricStore } from '../../harness/telemetry/store.ts';
import { endMsOf, type Case } from './data.ts';
import type { Timing } from './latency.ts';

/** Where most of a query's time goes in the lab. */
export type Reason = 'round trip' | 'evaluating' | 'writing';

const repeats = 12;

/** Asks once more without a socket: what neither evaluating nor writing explains is the way there and back. */
export function reasonOf({ query, labMs }: Timing, store: MetricStore, chosen: Case): Reason {
  const endMs = endMsOf(chosen);
  let evaluating = Infinity;
  let writing = Infinity;
  for (let i = 0; i < repeats; i++) {
    const elapsed = stopwatch();
    const answer = queryRange(store, query, { startMs: endMs - chosen.hours * 3_600_000, endMs, stepMs: chosen.stepMs, untilMs: endMs });
    const evaluated = elapsed();
    wireBytes(answerJson(answer, Infinity));
    evaluating = Math.min(evaluating, evaluated);
    writing = Math.min(writing, elapsed() - evaluated);
  }
  const travelling = labMs - evaluating - writing;
  if (travelling >= evaluating && travelling >= writing) return 'round trip';
  return evaluating >= writing ? 'evaluating' : 'writing';
}
