import type { Millis } from '../../../src/kernel/clock.ts';
import { labelsOf, samplesOf, type HeaderLine, type SeriesLine } from '../../telemetry/snapshot-format.ts';

/** A `lab-metrics` text without the scrapes that came after `endMs`. */
export function cutMetrics(texts: readonly string[], endMs: Millis): string {
  const [first = '', ...rest] = texts.flatMap((text) => text.split('\n')).filter((line) => line !== '');
  const header = JSON.parse(first) as HeaderLine;
  const targets = header.targets.map((target) => ({ ...target, timesMs: target.timesMs.filter((atMs) => atMs <= endMs) }));
  const kept = rest.flatMap((line) => {
    const series = JSON.parse(line) as SeriesLine;
    return cutSeries(series, targets[series.t]?.timesMs.length ?? 0) ?? [];
  });
  const series = kept.reduce((sum, line) => sum + labelsOf(line).length, 0);
  const cutHeader: HeaderLine = { ...header, endMs: Math.min(header.endMs, endMs), series, targets };
  return [JSON.stringify(cutHeader), ...kept.map((line) => JSON.stringify(line)), ''].join('\n');
}

/** The samples of the first `scrapes` scrapes; nothing where there are none. */
function cutSeries(series: SeriesLine, scrapes: number): SeriesLine | undefined {
  if (series.i >= scrapes) return undefined;
  if (series.k !== undefined) return series.j === undefined ? series : { ...series, j: Math.min(series.j, scrapes - 1) };
  const { n, l, t, i } = series;
  const v = samplesOf(series).slice(0, scrapes - i);
  while (v.at(-1) === null) v.pop();
  return v.length > 0 ? { n, l, t, i, v } : undefined;
}
