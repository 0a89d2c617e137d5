import type { Millis } from '../../src/kernel/clock.ts';
import type { SignalSeries } from '../history/bundle.ts';

/** The strongest departure of any signal from its quiet window. */
export interface Symptom {
  readonly rose: boolean;
  readonly detail: string;
  /** When the strongest one left its band, where there is one. */
  readonly sinceMs?: Millis;
}

/**
 * Did anything move? Compares each line's fault window with its quiet window: a symptom is a mean that leaves the quiet
 * band by four standard deviations and by a fifth of the quiet mean, or a line that ends or appears.
 */
export function findSymptom(signals: readonly SignalSeries[], quiet: Window, fault: Window): Symptom {
  let strongest: (Departure & { readonly title: string }) | undefined;
  for (const signal of signals) {
    for (const line of signal.lines) {
      const found = departure(line.points, quiet, fault);
      if (found && found.effect > (strongest?.effect ?? 0)) strongest = { ...found, title: `${signal.title} of ${line.name}` };
    }
  }
  if (!strongest) return { rose: false, detail: 'no signal left its quiet band' };
  return { rose: true, detail: `${strongest.title}: ${strongest.detail}`, sinceMs: strongest.sinceMs };
}

interface Window {
  readonly fromMs: Millis;
  readonly toMs: Millis;
}

interface Departure {
  readonly effect: number;
  readonly detail: string;
  readonly sinceMs: Millis;
}

type Points = SignalSeries['lines'][number]['points'];

const pointsIn = (points: Points, window: Window): Points => points.filter((point) => point[0] >= window.fromMs && point[0] <= window.toMs);

function departure(points: Points, quietWindow: Window, faultWindow: Window): Departure | undefined {
  const quiet = pointsIn(points, quietWindow).map((point) => point[1]);
  const fault = pointsIn(points, faultWindow);
  if (quiet.length < 3) return undefined;
  if (fault.length < quiet.length / 10) return { effect: Number.MAX_VALUE, detail: 'ended', sinceMs: fault.at(-1)?.[0] ?? faultWindow.fromMs };
  const before = moments(quiet);
  const now = moments(fault.map((point) => point[1]));
  const noise = Math.max(before.deviation, Math.abs(before.mean) * 0.01, 1e-9);
  const limit = Math.max(4 * noise, Math.abs(before.mean) * 0.2);
  const change = Math.abs(now.mean - before.mean);
  if (change < limit) return undefined;
  const sinceMs = fault.find(([, value]) => Math.abs(value - before.mean) >= limit)?.[0] ?? faultWindow.fromMs;
  return { effect: change / noise, detail: `${round(before.mean)} → ${round(now.mean)}`, sinceMs };
}

function moments(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

const round = (value: number): string => String(Number(value.toPrecision(3)));
