import type { Json } from '../../kernel/json.ts';
import { rememberedByObject } from '../../kernel/remembered.ts';
import type { Sample, Series } from '../../ports/metrics.ts';

/** A number as Prometheus writes it in JSON: a string, so that NaN and infinities survive. */
export function valueText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

/** One sample of an instant vector in Prometheus' form. */
export const sampleJson = ({ labels, atMs, value }: Sample): Json => ({ metric: { ...labels }, value: [atMs / 1000, valueText(value)] });

/** One series of a range vector in Prometheus' form. */
export const seriesJson = ({ labels, points }: Series): Json => ({ metric: { ...labels }, values: points.map(([atMs, value]) => [atMs / 1000, valueText(value)]) });

/** A stable order for series: by their labels, so that the same answer always has the same paths. */
export function byLabels(a: { readonly labels: Readonly<Record<string, string>> }, b: { readonly labels: Readonly<Record<string, string>> }): number {
  const [left, right] = [labelText(a.labels), labelText(b.labels)];
  return left < right ? -1 : left > right ? 1 : 0;
}

const labelText = rememberedByObject((labels: Readonly<Record<string, string>>): string => JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))));
