import type { Millis } from '../../src/kernel/clock.ts';
import type { MetricsPort } from '../../src/ports/metrics.ts';
import type { Signal } from '../../src/subjects/contract.ts';
import type { SignalSeries } from '../history/bundle.ts';

/** Evaluates a subject's signals over a run, for charts and for the symptom test. A signal that fails is left out. */
export async function readSignals(metrics: MetricsPort, signals: readonly Signal[], window: { fromMs: Millis; toMs: Millis; stepMs: Millis }): Promise<SignalSeries[]> {
  const read = await Promise.all(signals.map((signal) => readSignal(metrics, signal, window)));
  return read.filter((series) => series !== undefined);
}

async function readSignal(metrics: MetricsPort, signal: Signal, window: { fromMs: Millis; toMs: Millis; stepMs: Millis }): Promise<SignalSeries | undefined> {
  const answer = await metrics.queryRange(signal.promql, window);
  if (!answer.ok) return undefined;
  const lines = answer.value.map(({ labels, points }) => ({
    name: signal.by === undefined ? signal.title : (labels[signal.by] ?? ''),
    points: points.filter((point) => Number.isFinite(point[1])).map((point) => [point[0], sixDigits(point[1])] as const),
  }));
  const { id, title, unit, promql, threshold } = signal;
  return { id, title, unit, promql, ...(threshold === undefined ? {} : { threshold }), lines: lines.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** A count needs no rounding; most lines are counts. */
const sixDigits = (value: number): number => (Number.isInteger(value) && Math.abs(value) < 1e6 ? value : Number(value.toPrecision(6)));
