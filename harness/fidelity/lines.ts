import { orThrow } from '../../src/kernel/result.ts';
import { prometheusPort, type Series } from '../../src/ports/metrics.ts';
import { prometheusTransport } from '../telemetry/prometheus-api.ts';
import type { Lived } from './lived.ts';
import { type FidelitySignal, fidelitySignals } from './signals.ts';
import { type Line, type Symptom, symptomOf } from './symptom.ts';

/** A signal of one part of the cluster: the struck nodes, the mean of the others, the node that moved most, or the whole. */
export interface Reading {
  readonly signal: FidelitySignal;
  readonly of: 'struck' | 'others' | 'most' | 'cluster';
  readonly symptom: Symptom;
}

/** How finely lines are looked at; the recordings were scraped this often. */
export const stepMs = 5_000;

/** Every signal of a lived incident, read for its symptom until the fault ended. */
export async function readingsOf(lived: Lived): Promise<Reading[]> {
  const port = prometheusPort(prometheusTransport(lived.metrics, () => lived.endMs), { now: () => lived.endMs });
  const readings: Reading[] = [];
  for (const signal of fidelitySignals) {
    const series = orThrow(await port.queryRange(signal.promql, { fromMs: lived.startMs, toMs: lived.endMs, stepMs }));
    if (series.length > 0) readings.push(...readingsOfSignal(lived, signal, series));
  }
  return readings;
}

function readingsOfSignal(lived: Lived, signal: FidelitySignal, series: readonly Series[]): Reading[] {
  const read = (line: Line): Symptom => symptomOf(line, { injectMs: lived.injectMs, untilMs: lived.revertMs, leastChange: signal.leastChange, isRate: signal.looksBackMs !== undefined });
  const lines = new Map(series.map((one) => [lived.nodeOf(one.labels['instance'] ?? '') ?? '', lineOf(lived, signal, one)]));
  if (signal.per === 'cluster') return [...lines.values()].slice(0, 1).map((line) => ({ signal, of: 'cluster', symptom: read(line) }));
  const struck = lived.struck.filter((node) => lines.has(node));
  const others = [...lines].filter(([node]) => !struck.includes(node)).map(([, line]) => line);
  if (struck.length === 0) return strikesNodes(lived) ? [{ signal, of: 'others', symptom: read(meanOf(others)) }] : [{ signal, of: 'most', symptom: strongest(others.map(read)) }];
  return [
    { signal, of: 'struck', symptom: strongest(struck.map((node) => read(lines.get(node) ?? []))) },
    ...(others.length > 0 ? [{ signal, of: 'others' as const, symptom: read(meanOf(others)) }] : []),
  ];
}

// Where no node was struck, as in a hot spot, whichever moved most tells the story.
const strikesNodes = ({ struck, nodeOf }: Lived): boolean => struck.some((name) => nodeOf(name) !== undefined);

/** Nothing was scraped before a recording began: the twin is read from there on as well, though it had lived before. */
function lineOf({ startMs, endMs }: Lived, { looksBackMs = 0 }: FidelitySignal, { points }: Series): Line {
  const values = new Map(points.filter(([atMs]) => atMs >= startMs + looksBackMs));
  return Array.from({ length: Math.floor((endMs - startMs) / stepMs) + 1 }, (_, i) => ({ atMs: startMs + i * stepMs, value: values.get(startMs + i * stepMs) }));
}

function meanOf(lines: readonly Line[]): Line {
  return (lines[0] ?? []).map(({ atMs }, i) => {
    const values = lines.flatMap((line) => line[i]?.value ?? []).filter((value) => !Number.isNaN(value));
    return { atMs, value: values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length };
  });
}

function strongest(symptoms: readonly Symptom[]): Symptom {
  const change = ({ moved, quiet = 0, level }: Symptom): number => (moved === 'gone' ? Infinity : moved === 'flat' ? -1 : Math.abs((level ?? 0) - quiet));
  return symptoms.toSorted((a, b) => change(b) - change(a))[0] ?? { moved: 'flat' };
}
