import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { LabelSet, compareLabels, nameLabel } from './labels.ts';
import type { LooseSeries, ScrapedSeries } from './series.ts';
import { metricsFormat, toJsonSample, type HeaderLine, type JsonSample, type SeriesLine, type TargetLine } from './snapshot-format.ts';
import { parseMetricsJsonl } from './snapshot-parse.ts';
import type { MetricStore } from './store.ts';
import type { StoredTarget } from './target.ts';

/** Compression of a snapshot: Brotli's quality, 0 (fast) to 11 (small); default 4, which makes less of a run's metrics than 5, and sooner. */
export interface EncodeOptions {
  readonly quality?: number;
}

/** The whole store as Brotli-compressed `lab-metrics/1`; metadata rides in the header. Equal stores give equal bytes. */
export function encodeMetrics(store: MetricStore, { quality = 4 }: EncodeOptions = {}): Uint8Array {
  const bytes = Buffer.from(metricsJsonl(store));
  return brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
}

/** The store that {@link encodeMetrics} wrote. */
export function decodeMetrics(bytes: Uint8Array): MetricStore {
  return parseMetricsJsonl(brotliDecompressSync(bytes).toString('utf8'));
}

interface Row {
  readonly labels: LabelSet;
  readonly line: SeriesLine;
}

/** The store as uncompressed `lab-metrics/1`: a header, then one series a line in order of labels. */
export function metricsJsonl(store: MetricStore): string {
  const targets: TargetLine[] = [];
  const rows: Row[] = [];
  for (const target of store.targets()) {
    for (const series of target.allSeries()) rows.push(scrapedRow(target, series, targets.length));
    targets.push({ job: target.job, instance: target.instance, timesMs: Array.from(target.times.slice(0, target.times.count)), ...(target.bare ? { bare: true as const } : {}) });
  }
  addLoose(store.looseSeries(), targets, rows);
  const written = rows.filter(({ line }) => (line.v?.length ?? 1) > 0).sort((a, b) => compareLabels(a.labels, b.labels) || a.line.t - b.line.t);
  return `${[header(store, targets, written.length), ...written.map(({ line }) => line)].map((line) => JSON.stringify(line)).join('\n')}\n`;
}

function header(store: MetricStore, targets: readonly TargetLine[], series: number): HeaderLine {
  const starts = targets.flatMap(({ timesMs }) => timesMs.slice(0, 1));
  const ends = targets.flatMap(({ timesMs }) => timesMs.slice(-1));
  const metadata = Object.fromEntries(store.metadata());
  return {
    format: metricsFormat,
    startMs: starts.length === 0 ? 0 : Math.min(...starts),
    endMs: ends.length === 0 ? 0 : Math.max(...ends),
    series,
    targets,
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
  };
}

function scrapedRow(target: StoredTarget, series: ScrapedSeries, t: number): Row {
  const l = series.labels.filter((name) => name !== nameLabel && (target.bare || (name !== 'job' && name !== 'instance'))).toObject();
  const named = { n: series.labels.get(nameLabel), l, t };
  const runs = series.runs();
  const first = runs[0];
  if (!first) return { labels: series.labels, line: { ...named, i: 0, v: [] } };
  if (runs.length === 1 && isConstant(first.values)) {
    return { labels: series.labels, line: { ...named, i: first.scrape, j: first.scrape + first.values.length - 1, k: toJsonSample(first.values[0] as number) } };
  }
  const v: JsonSample[] = [];
  for (const { scrape, values } of runs) {
    while (first.scrape + v.length < scrape) v.push(null);
    for (let i = 0; i < values.length; i++) v.push(toJsonSample(values[i] as number));
  }
  return { labels: series.labels, line: { ...named, i: first.scrape, v } };
}

function isConstant(values: Float64Array): boolean {
  const constant = values[0] as number;
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], constant)) return false;
  return true;
}

/** Loose series become bare targets, one per distinct set of times; a stale marker is a time without a sample. */
function addLoose(loose: readonly LooseSeries[], targets: TargetLine[], rows: Row[]): void {
  const known = new Map<string, number>();
  for (const series of loose) {
    const entries = series.entries();
    const times = entries.map(([atMs]) => atMs);
    const key = times.join(' ');
    let t = known.get(key);
    if (t === undefined) {
      known.set(key, (t = targets.length));
      targets.push({ job: '', instance: `loose-${known.size}`, timesMs: times, bare: true });
    }
    const v = entries.map(([, value]) => (value === 'stale' ? null : toJsonSample(value)));
    rows.push({ labels: series.labels, line: { n: series.labels.get(nameLabel), l: series.labels.filter((name) => name !== nameLabel).toObject(), t, i: 0, v } });
  }
}
