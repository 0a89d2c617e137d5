import { rememberedByObject } from '../../../src/kernel/remembered.ts';
import { nameLabel, type LabelSet } from '../labels.ts';
import type { Expr } from './ast.ts';
import { parseNumber } from './literals.ts';
import type { VectorSeries } from './value.ts';

/** The `_bucket` series of one histogram. */
export interface Histogram {
  readonly labels: LabelSet;
  readonly name: string;
  /** In order, and where the series of each bucket is among all. */
  readonly bounds: readonly number[];
  readonly places: readonly number[];
}

/** Which histograms there are among series with these labels. */
export interface HistogramLayout {
  readonly histograms: readonly Histogram[];
  /** Labels of the series that are no buckets. */
  readonly others: readonly LabelSet[];
}

/** An expression that is evaluated again and again gives mostly the same series: its last layout is kept. */
const lastLayout = rememberedByObject((_bucketArg: Expr): { labels: readonly LabelSet[]; layout: HistogramLayout } => ({ labels: [], layout: layOut([]) }));

/** The layout of the series that an expression gave. */
export function layoutOf(series: readonly VectorSeries[], bucketArg: Expr): HistogramLayout {
  const last = lastLayout(bucketArg);
  if (!isOf(series, last.labels)) {
    last.labels = series.map(({ labels }) => labels);
    last.layout = layOut(last.labels);
  }
  return last.layout;
}

function isOf(series: readonly VectorSeries[], labels: readonly LabelSet[]): boolean {
  if (series.length !== labels.length) return false;
  for (let i = 0; i < labels.length; i++) if ((series[i] as VectorSeries).labels !== labels[i]) return false;
  return true;
}

function layOut(all: readonly LabelSet[]): HistogramLayout {
  const histograms = new Map<string, { readonly named: LabelSet; readonly buckets: { readonly bound: number; readonly place: number }[] }>();
  const others: LabelSet[] = [];
  all.forEach((labels, place) => {
    const { le, others: named } = labels.bucket;
    const bound = parseBound(le);
    if (bound === undefined) return void others.push(labels);
    // Histograms of different metrics stay apart, and collide when the name is dropped.
    const known = histograms.get(named.key);
    if (known) known.buckets.push({ bound, place });
    else histograms.set(named.key, { named, buckets: [{ bound, place }] });
  });
  return { others, histograms: [...histograms.values()].map(histogramOf) };
}

function histogramOf({ named, buckets }: { readonly named: LabelSet; readonly buckets: readonly { readonly bound: number; readonly place: number }[] }): Histogram {
  const ordered = buckets.toSorted((a, b) => (a.bound < b.bound ? -1 : a.bound > b.bound ? 1 : 0));
  return { labels: named.withoutName(), name: named.get(nameLabel), bounds: ordered.map(({ bound }) => bound), places: ordered.map(({ place }) => place) };
}

/** `le` as Go parses floats; the empty text is no number here, nor is a duration. */
function parseBound(le: string): number | undefined {
  const [, sign = '', body = ''] = /^([+-]?)(.*)$/.exec(le) ?? [];
  if (!/^(inf(inity)?|nan|[\d.]+(e[+-]?\d+)?)$/i.test(body)) return undefined;
  const value = parseNumber(body.replace(/^infinity$/i, 'inf').replace(/^0+(?=\d)/, ''));
  return value === undefined ? undefined : sign === '-' ? -value : value;
}
