import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromJsonSample, labelsOf, samplesOf, type HeaderLine, type SeriesLine, type TargetLine } from '../../harness/telemetry/snapshot-format.ts';
import { known, readRecorded, referenceFolder } from './reference.ts';

/** One program's counters over a stretch of time in which it did the same thing all the time. */
export interface Window {
  readonly recording: string;
  readonly job: string;
  readonly instance: string;
  readonly seconds: number;
  /** By how much each series grew. */
  readonly grown: ReadonlyMap<string, number>;
}

interface Meta {
  readonly startMs: number;
  readonly endMs: number;
  readonly fault: { readonly injectMs: number; readonly revertMs: number } | null;
}

const windowScrapes = 6;
/** What a fault needs until its effect is even. */
const settleMs = 35_000;

/** The name of a series with its labels. */
export const seriesKey = (name: string, labels: Readonly<Record<string, string>>): string => `${name}${JSON.stringify(labels, Object.keys(labels).sort())}`;

/** The even stretches of a recording: before the fault, and where `throughFault` also while it lasts. */
export function windowsOf(recording: string, throughFault: boolean): Window[] {
  const [header = '', ...lines] = readRecorded(recording, 'metrics.jsonl.gz').split('\n');
  const { targets } = JSON.parse(header) as HeaderLine;
  const meta = JSON.parse(readFileSync(join(referenceFolder, 'recordings', recording, 'meta.json'), 'utf8')) as Meta;
  const spans = spansOf(meta, throughFault);
  const plans = targets.map(({ timesMs = [] }) => spans.flatMap(([fromMs, toMs]) => pieces(timesMs, fromMs, toMs)));
  const grown = new Map<string, Map<string, number>>();
  for (const text of lines) {
    if (text === '') continue;
    const line = JSON.parse(text) as SeriesLine;
    for (const [from, to] of plans[line.t] ?? []) {
      const [first, last] = [valueAt(line, from), valueAt(line, to)];
      // A series that is born later began at nothing.
      if (last === undefined) continue;
      const counts = known(grown, `${line.t}:${from}:${to}`, () => new Map<string, number>());
      for (const labels of labelsOf(line)) counts.set(seriesKey(line.n, labels), last - (first ?? 0));
    }
  }
  return plans.flatMap((plan, at) => plan.flatMap(([from, to]) => {
    const { job, instance, timesMs } = targets[at] as TargetLine;
    const counts = grown.get(`${at}:${from}:${to}`);
    return counts ? [{ recording, job, instance, seconds: ((timesMs[to] as number) - (timesMs[from] as number)) / 1000, grown: counts }] : [];
  }));
}

function spansOf({ startMs, endMs, fault }: Meta, throughFault: boolean): [number, number][] {
  if (!fault) return [[startMs, endMs]];
  const quiet: [number, number] = [startMs, fault.injectMs];
  return throughFault ? [quiet, [fault.injectMs + settleMs, fault.revertMs]] : [quiet];
}

function pieces(timesMs: readonly number[], fromMs: number, toMs: number): [number, number][] {
  const within = timesMs.flatMap((atMs, index) => (atMs >= fromMs && atMs <= toMs ? [index] : []));
  const found: [number, number][] = [];
  for (let at = 0; at + windowScrapes < within.length; at += windowScrapes) found.push([within[at] as number, within[at + windowScrapes] as number]);
  return found;
}

function valueAt(line: SeriesLine, at: number): number | undefined {
  const value = samplesOf(line)[at - line.i];
  return value === null || value === undefined ? undefined : fromJsonSample(value);
}
