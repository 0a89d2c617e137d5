import type { Millis } from '../../../src/kernel/clock.ts';
import type { HeaderLine, SeriesLine } from '../../telemetry/snapshot-format.ts';

/** A `lab-metrics/1` text without the scrapes that came after `endMs`. */
export function cutMetrics(texts: readonly string[], endMs: Millis): string {
  const [first = '', ...rest] = texts.flatMap((text) => text.split('\n')).filter((line) => line !== '');
  const header = JSON.parse(first) as HeaderLine;
  const targets = header.targets.map((target) => ({ ...target, timesMs: target.timesMs.filter((atMs) => atMs <= endMs) }));
  const kept = rest.flatMap((line) => {
    const series = JSON.parse(line) as SeriesLine;
    const cut = cutSeries(series, targets[series.t]?.timesMs.length ?? 0);
    return cut ? [JSON.stringify(cut)] : [];
  });
  const cutHeader: HeaderLine = { ...header, endMs: Math.min(header.endMs, endMs), series: kept.length, targets };
  return [JSON.stringify(cutHeader), ...kept, ''].join('\n');
}

/** The samples of the first `scrapes` scrapes; nothing where there are none. */
function cutSeries(series: SeriesLine, scrapes: number): SeriesLine | undefined {
  if (series.i >= scrapes) return undefined;
  if (series.v === undefined) return series.j === undefined ? series : { ...series, j: Math.min(series.j, scrapes - 1) };
  const v = series.v.slice(0, scrapes - series.i);
  while (v.at(-1) === null) v.pop();
  return v.length > 0 ? { ...series, v } : undefined;
}
