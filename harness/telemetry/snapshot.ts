import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { defined } from '../../src/kernel/assert.ts';
import { JsonBytes, longestValue } from './json-bytes.ts';
import { LabelSet, compareLabels, nameLabel } from './labels.ts';
import { SampleScratch } from './packed-column.ts';
import type { LooseSeries } from './loose-series.ts';
import type { Samples } from './samples.ts';
import type { ScrapedSeries } from './series.ts';
import { metricsFormat, toJsonSample, type HeaderLine, type SeriesLine, type TargetLine } from './snapshot-format.ts';
import { rememberedByObject } from './promql/remembered.ts';
import { parseMetricsJsonl } from './snapshot-parse.ts';
import { textsOf } from './text-blocks.ts';
import type { MetricStore } from './store.ts';
import type { StoredTarget } from './target.ts';

/** Brotli's quality: a fifth more than 4 makes of a run's metrics, in a quarter of the time. */
const quality = 1;

/** The whole store as Brotli-compressed `lab-metrics/1`; metadata rides in the header. Equal stores give equal bytes. */
export function encodeMetrics(store: MetricStore): Uint8Array {
  const bytes = written(store);
  return brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_SIZE_HINT]: Math.min(bytes.length, 2 ** 31 - 1) },
  });
}

/** The store that {@link encodeMetrics} wrote. */
export function decodeMetrics(bytes: Uint8Array): MetricStore {
  return parseMetricsJsonl(textsOf(brotliDecompressSync(bytes)));
}

/** A series of the snapshot, and how its line is written. */
interface Row {
  readonly labels: LabelSet;
  readonly t: number;
  readonly write: (to: JsonBytes) => void;
}

/** The store as uncompressed `lab-metrics/1`: a header, then one series a line in order of labels. */
export const metricsJsonl = (store: MetricStore): string => written(store).toString();

/** As bytes from the start: a string for each number would be most of what an export leaves behind, and a day of a large cluster is longer than a string may be. */
function written(store: MetricStore): Buffer {
  const targets: TargetLine[] = [];
  const rows: Row[] = [];
  const known: Written = new Map();
  for (const target of store.targets()) {
    const t = targets.length;
    for (const series of target.allSeries()) if (!series.samples.isEmpty) rows.push({ labels: series.labels, t, write: (to) => writeScraped(to, target, { series, t, known }) });
    targets.push({ job: target.job, instance: target.instance, timesMs: Array.from(target.times.slice(0, target.times.count)), ...(target.bare ? { bare: true as const } : {}) });
  }
  addLoose(store.looseSeries(), targets, rows);
  const bytes = new JsonBytes();
  bytes.text(`${JSON.stringify(header(store, targets, rows.length))}\n`);
  for (const { write } of inOrder(rows)) {
    write(bytes);
    bytes.text('\n');
  }
  return bytes.finished();
}

/** In order of labels. Most sets begin with the metric's name, of which there are few: so names are put in order, and then each name's series. */
function inOrder(rows: readonly Row[]): Row[] {
  const byFirst = new Map<string, Row[]>();
  for (const row of rows) {
    const [name = '', value = ''] = row.labels.pairs;
    const key = `${name}=${value}`;
    const same = byFirst.get(key);
    if (same) same.push(row);
    else byFirst.set(key, [row]);
  }
  const groups = [...byFirst.values()].sort(([a], [b]) => compareLabels((a as Row).labels, (b as Row).labels));
  return groups.flatMap((group) => group.sort((a, b) => compareLabels(a.labels, b.labels) || a.t - b.t));
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

/** A line is written before the next series is read. */
const scratch = new SampleScratch();

/** Where samples that several series have are written already. */
type Written = Map<Samples, { readonly from: number; readonly to: number }>;

function writeScraped(to: JsonBytes, target: StoredTarget, { series, t, known }: { readonly series: ScrapedSeries; readonly t: number; readonly known: Written }): void {
  to.text(`{${target.bare ? namedBare(series.labels) : namedShared(series.shared)},"t":${t},"i":`);
  const { samples } = series;
  const before = known.get(samples);
  if (before) return to.longAgain(before.from, before.to);
  const from = to.length;
  writeSamples(to, samples);
  if (samples.series > 1) known.set(samples, { from, to: to.length });
}

function writeSamples(to: JsonBytes, samples: Samples): void {
  const { constant } = samples;
  if (constant) return writeConstant(to, constant.scrape, { length: constant.length, value: constant.value });
  const runs = samples.runs(scratch);
  const first = defined(runs[0], 'a series with samples has a run');
  if (runs.length === 1 && isConstant(first.values)) return writeConstant(to, first.scrape, { length: first.values.length, value: first.values[0] as number });
  to.text(`${first.scrape},"v":[`);
  let count = 0;
  for (const { scrape, values } of runs) {
    for (; first.scrape + count < scrape; count++) to.text(',null');
    to.reserve(values.length * longestValue);
    for (let i = 0; i < values.length; i++) {
      if (count++ > 0) to.byte(comma);
      writeSample(to, values[i] as number);
    }
  }
  to.text(']}');
}

function writeConstant(to: JsonBytes, scrape: number, { length, value }: { readonly length: number; readonly value: number }): void {
  to.text(`${scrape},"j":${scrape + length - 1},"k":`);
  to.reserve(longestValue);
  writeSample(to, value);
  to.text('}');
}

const [comma, quote] = [44, 34] as const;

/** Like {@link toJsonSample}: what JSON has no number for stands in quotes. */
function writeSample(to: JsonBytes, value: number): void {
  const quoted = value - value !== 0 || Object.is(value, -0);
  if (quoted) to.byte(quote);
  to.value(value);
  if (quoted) to.byte(quote);
}

/** How the line of a series begins; targets share what their own labels do not make different. */
const namedShared = rememberedByObject(namedBare);

function namedBare(labels: LabelSet): string {
  return `"n":${JSON.stringify(labels.get(nameLabel))},"l":${JSON.stringify(labels.filter((name) => name !== nameLabel).toObject())}`;
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
    const at = t;
    if (entries.length > 0) rows.push({ labels: series.labels, t: at, write: (to) => to.text(JSON.stringify(looseLine(series, at))) });
  }
}

function looseLine(series: LooseSeries, t: number): SeriesLine {
  const v = series.entries().map(([, value]) => (value === 'stale' ? null : toJsonSample(value)));
  return { n: series.labels.get(nameLabel), l: series.labels.filter((name) => name !== nameLabel).toObject(), t, i: 0, v };
}
