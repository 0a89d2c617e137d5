import { JsonBytes } from './json-bytes.ts';
import { compareLabels, nameLabel, type LabelSet } from './labels.ts';
import type { LooseSeries } from './loose-series.ts';
import { pack, unpack } from './packing.ts';
import { groupsOf } from './series-groups.ts';
import { SeriesLines } from './series-lines.ts';
import { metricsFormat, toJsonSample, type HeaderLine, type SeriesLine, type TargetLine } from './snapshot-format.ts';
import { parseMetricsJsonl } from './snapshot-parse.ts';
import { textsOf } from './text-blocks.ts';
import type { MetricStore } from './store.ts';

/** The whole store as packed `lab-metrics/2`; metadata rides in the header. Equal stores give equal bytes. */
export const encodeMetrics = (store: MetricStore): Uint8Array => pack(written(store));

/** The store that {@link encodeMetrics} wrote. */
export const decodeMetrics = (bytes: Uint8Array): MetricStore => parseMetricsJsonl(textsOf(unpack(bytes)));

/** A series of the snapshot, or the buckets of a histogram, and how the lines are written. */
interface Row {
  readonly labels: LabelSet;
  readonly t: number;
  readonly write: () => void;
}

/** The store as uncompressed `lab-metrics/2`: a header, then the series in order of labels. */
export const metricsJsonl = (store: MetricStore): string => written(store).toString();

/** As bytes from the start: a string for each number would be most of what an export leaves behind, and a day of a large cluster is longer than a string may be. */
function written(store: MetricStore): Buffer {
  const targets: TargetLine[] = [];
  const rows: Row[] = [];
  let series = 0;
  const bytes = new JsonBytes();
  const lines = new SeriesLines(bytes);
  for (const target of store.targets()) {
    const t = targets.length;
    for (const group of groupsOf(target)) {
      rows.push({ labels: group.labels, t, write: () => lines.write(group, t) });
      series += group.members.length;
    }
    targets.push({ job: target.job, instance: target.instance, timesMs: Array.from(target.times.slice(0, target.times.count)), ...(target.bare ? { bare: true as const } : {}) });
  }
  series += addLoose(store.looseSeries(), { targets, rows, bytes });
  bytes.text(`${JSON.stringify(header(store, targets, series))}\n`);
  for (const { write } of inOrder(rows)) write();
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

/** Loose series become bare targets, one per distinct set of times; a stale marker is a time without a sample. Says how many series there are. */
function addLoose(loose: readonly LooseSeries[], { targets, rows, bytes }: { readonly targets: TargetLine[]; readonly rows: Row[]; readonly bytes: JsonBytes }): number {
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
    if (entries.length > 0) rows.push({ labels: series.labels, t: at, write: () => bytes.text(`${JSON.stringify(looseLine(series, at))}\n`) });
  }
  return loose.filter((series) => series.entries().length > 0).length;
}

function looseLine(series: LooseSeries, t: number): SeriesLine {
  const v = series.entries().map(([, value]) => (value === 'stale' ? null : toJsonSample(value)));
  return { n: series.labels.get(nameLabel), l: series.labels.filter((name) => name !== nameLabel).toObject(), t, i: 0, v };
}
