import type { Millis } from '../../src/kernel/clock.ts';
import type { SignalSeries } from '../history/bundle.ts';

/** The strongest departure of any signal from its quiet window. */
export interface Symptom {
  readonly rose: boolean;
  readonly detail: string;
}

/**
 * Did anything move? Compares each line's fault window with its quiet window: a symptom is a mean that leaves the quiet
 * band by four standard deviations and by a fifth of the quiet mean, or a line that ends or appears.
 */
export function findSymptom(signals: readonly SignalSeries[], quiet: { fromMs: Millis; toMs: Millis }, fault: { fromMs: Millis; toMs: Millis }): Symptom {
  let strongest: { effect: number; detail: string } | undefined;
  for (const signal of signals) {
    for (const line of signal.lines) {
      const found = departure(valuesIn(line.points, quiet), valuesIn(line.points, fault));
      if (found && found.effect > (strongest?.effect ?? 0)) strongest = { effect: found.effect, detail: `${signal.title} of ${line.name}: ${found.detail}` };
    }
  }
  return strongest ? { rose: true, detail: strongest.detail } : { rose: false, detail: 'no signal left its quiet band' };
}

function valuesIn(points: SignalSeries['lines'][number]['points'], window: { fromMs: Millis; toMs: Millis }): number[] {
  return points.filter(([at]) => at >= window.fromMs && at <= window.toMs).map(([, value]) => value);
}

function departure(quiet: readonly number[], fault: readonly number[]): { effect: number; detail: string } | undefined {
  if (quiet.length < 3) return undefined;
  if (fault.length < quiet.length / 10) return { effect: Number.MAX_VALUE, detail: 'ended' };
  const before = moments(quiet);
  const now = moments(fault);
  const change = Math.abs(now.mean - before.mean);
  const noise = Math.max(before.deviation, Math.abs(before.mean) * 0.01, 1e-9);
  if (change < 4 * noise || change < Math.abs(before.mean) * 0.2) return undefined;
  return { effect: change / noise, detail: `${round(before.mean)} → ${round(now.mean)}` };
}

function moments(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

const round = (value: number): string => String(Number(value.toPrecision(3)));
