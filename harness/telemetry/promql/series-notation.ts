import { MetricStore } from '../store.ts';
import { parsePromql } from './parse.ts';
import { parsePromDuration } from './literals.ts';

/** A sample in the notation of Prometheus' test scripts: a number, a stale marker, or nothing. */
export type NotedSample = number | 'stale' | undefined;

/**
 * Samples from the short notation of Prometheus' test scripts: `1 2 _ stale NaN`, `0+10x5` (six values), `7x3`
 * (four values), `_x2` (two gaps).
 */
export function expandValues(text: string): NotedSample[] {
  return text.trim().split(/\s+/).flatMap(expandToken);
}

function expandToken(token: string): NotedSample[] {
  const gap = /^_(?:x(\d+))?$/.exec(token);
  if (gap) return Array<NotedSample>(Number(gap[1] ?? 1)).fill(undefined);
  const stale = /^stale(?:x(\d+))?$/.exec(token);
  if (stale) return Array<NotedSample>(Number(stale[1] ?? 0) + 1).fill('stale');
  const number = '[+-]?(?:Inf|NaN|\\d+\\.?\\d*(?:e[+-]?\\d+)?|\\.\\d+)';
  const match = new RegExp(`^(${number})(?:([+-](?:Inf|NaN|[\\d.]+(?:e[+-]?\\d+)?))?x(\\d+))?$`, 'i').exec(token);
  if (!match) throw new Error(`not a series notation: ${token}`);
  let value = toNumber(match[1] ?? '');
  const step = toNumber(match[2] ?? '0');
  return Array.from({ length: Number(match[3] ?? 0) + 1 }, (_, i) => (i === 0 ? value : (value += step)));
}

/** Go's spelling of numbers. */
export const toNumber = (text: string): number => (/inf$/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : /nan$/i.test(text) ? NaN : Number(text));

/** The labels of a series written as `metric{a="b"}`. */
export function parseSeriesName(text: string): Record<string, string> {
  if (text === '{}') return {};
  const expr = parsePromql(text);
  if (expr.kind !== 'selector') throw new Error(`not a series: ${text}`);
  return Object.fromEntries(expr.matchers.map(({ label, value }) => [label, value]));
}

/** Adds series in notation, first sample at the epoch: `load(store, '15s', { 'm{a="1"}': '0+10x8' })`. */
export function load(store: MetricStore, step: string, series: Readonly<Record<string, string>>): void {
  const stepMs = parsePromDuration(step) ?? NaN;
  for (const [name, values] of Object.entries(series)) {
    const labels = parseSeriesName(name);
    expandValues(values).forEach((sample, i) => {
      if (sample !== undefined) store.append(labels, i * stepMs, sample);
    });
  }
}

/** A store with these series. */
export function storeOf(step: string, series: Readonly<Record<string, string>>): MetricStore {
  const store = new MetricStore();
  load(store, step, series);
  return store;
}
