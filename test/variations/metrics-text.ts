import { labelsOf, samplesOf, type HeaderLine, type JsonSample, type SeriesLine } from '../../harness/telemetry/snapshot-format.ts';

/** Which scrapes stay: by their number and their time. */
type Keeps = (scrape: number, atMs: number) => boolean;

/** A `lab-metrics` text as a Prometheus would have it that scraped `times` times less often. */
export const scrapedLessOften = (text: string, times: number): string => thinned(text, (scrape) => scrape % times === 0);

/** The same without the targets of a job. */
export function withoutTargets(text: string, job: string): string {
  const { header, series } = parsed(text);
  const gone = new Set(header.targets.flatMap((target, t) => (target.job === job ? [t] : [])));
  const targets = header.targets.map((target, t) => (gone.has(t) ? { ...target, timesMs: [] } : target));
  const kept = series.filter(({ t }) => !gone.has(t));
  return joined({ ...header, series: countOf(kept), targets }, kept);
}

/** The same without what was scraped before an instant. */
export const withoutScrapesBefore = (text: string, fromMs: number): string => thinned(text, (_, atMs) => atMs >= fromMs, fromMs);

function thinned(text: string, keeps: Keeps, startMs?: number): string {
  const { header, series } = parsed(text);
  const kept = header.targets.map(({ timesMs }) => timesMs.flatMap((atMs, scrape) => (keeps(scrape, atMs) ? [scrape] : [])));
  const lines = series.flatMap((line) => thinnedSeries(line, kept[line.t] ?? []) ?? []);
  const targets = header.targets.map((target, t) => ({ ...target, timesMs: (kept[t] ?? []).map((scrape) => target.timesMs[scrape] ?? 0) }));
  return joined({ ...header, ...(startMs !== undefined && { startMs }), series: countOf(lines), targets }, lines);
}

const countOf = (lines: readonly SeriesLine[]): number => lines.reduce((sum, line) => sum + labelsOf(line).length, 0);

function thinnedSeries(series: SeriesLine, kept: readonly number[]): SeriesLine | undefined {
  const { i } = series;
  const samples = samplesOf(series);
  const valueAt = (scrape: number): JsonSample => samples[scrape - i] ?? null;
  const values = kept.map(valueAt);
  const first = values.findIndex((value) => value !== null);
  if (first < 0) return undefined;
  while (values.at(-1) === null) values.pop();
  const { n, l, t } = series;
  return { n, l, t, i: first, v: values.slice(first) };
}

/** All instants moved: times of scrapes, and values that are instants themselves. */
export function shiftedMetrics(text: string, byMs: number): string {
  const { header, series } = parsed(text);
  const targets = header.targets.map((target) => ({ ...target, timesMs: target.timesMs.map((atMs) => atMs + byMs) }));
  const moved = series.map((line) => (/_time_seconds$|_timestamp(_seconds)?$/.test(line.n) ? movedSeries(line, byMs) : line));
  return joined({ ...header, startMs: header.startMs + byMs, endMs: header.endMs + byMs, targets }, moved);
}

const movedSeries = (line: SeriesLine, byMs: number): SeriesLine => ({ n: line.n, l: line.l, t: line.t, i: line.i, v: samplesOf(line).map((value) => movedValue(value, byMs)) });

/** Only what looks like an instant of these years is one. */
const movedValue = <T extends number | string | null>(value: T, byMs: number): T | number => (typeof value === 'number' && value > 1.7e9 && value < 1.9e9 ? value + byMs / 1000 : value);

function parsed(text: string): { readonly header: HeaderLine; readonly series: readonly SeriesLine[] } {
  const [first = '{}', ...rest] = text.split('\n').filter((line) => line !== '');
  return { header: JSON.parse(first) as HeaderLine, series: rest.map((line) => JSON.parse(line) as SeriesLine) };
}

const joined = (header: HeaderLine, series: readonly SeriesLine[]): string => [JSON.stringify(header), ...series.map((line) => JSON.stringify(line)), ''].join('\n');
