import type { Millis } from '../../src/kernel/clock.ts';
import { compareLabels, compareText, nameLabel, type LabelSet } from './labels.ts';
import { matcher, type Matcher } from './matchers.ts';
import { BadParameter, type Parameters } from './api-parameters.ts';
import type { Expr } from './promql/ast.ts';
import { PromqlSyntaxError } from './promql/errors.ts';
import { findSelectorMistake } from './promql/misread.ts';
import { parsePromql } from './promql/parse.ts';
import type { SeriesSource } from './series.ts';
import type { MetricStore } from './store.ts';

const everything: readonly Matcher[] = [matcher(nameLabel, '=~', '.*')];

/** The label sets that the repeated `match[]` selects and that have a sample in the asked range, each once. */
export function matchedLabels(store: MetricStore, parameters: Parameters, nowMs: Millis): LabelSet[] {
  const fromMs = parameters.time('start', -Infinity);
  const untilMs = Math.min(parameters.time('end', nowMs), nowMs);
  const selectors = parameters.all('match[]').map(selectorMatchers);
  const found = new Map<string, LabelSet>();
  for (const matchers of selectors.length === 0 ? [everything] : selectors) {
    for (const series of store.select(matchers)) if (isAlive(series, fromMs, untilMs)) found.set(series.labels.key, series.labels);
  }
  return selectors.length > 1 ? [...found.values()].sort(compareLabels) : [...found.values()];
}

function selectorMatchers(text: string): readonly Matcher[] {
  const expr = parseSelector(text);
  if (expr.kind !== 'selector') throw new BadParameter(`invalid parameter "match[]": ${JSON.stringify(text)} is not a series selector`);
  return expr.matchers;
}

function parseSelector(text: string): Expr {
  try {
    findSelectorMistake(text);
    return parsePromql(text);
  } catch (error) {
    if (!(error instanceof PromqlSyntaxError)) throw error;
    const empty = error.message.includes('at least one non-empty matcher');
    throw new BadParameter(`invalid parameter "match[]": ${empty ? 'match[] must contain at least one non-empty matcher' : error.message}`);
  }
}

function isAlive(series: SeriesSource, fromMs: Millis, untilMs: Millis): boolean {
  const { times } = series.view(untilMs);
  const newest = times[times.length - 1];
  return newest !== undefined && newest >= fromMs;
}

/** Distinct texts in Prometheus' order. */
export const distinct = (texts: Iterable<string>): string[] => [...new Set(texts)].sort(compareText);

/** The names of the labels of some label sets. */
export const labelNames = (sets: readonly LabelSet[]): string[] => distinct(sets.flatMap(({ pairs }) => pairs.filter((_, i) => i % 2 === 0)));

/** The values of one label in some label sets. */
export const labelValues = (sets: readonly LabelSet[], name: string): string[] => distinct(sets.map((set) => set.get(unescapedName(name))).filter((value) => value !== ''));

/** A name in the letters of addresses: `U__` before it, `_2e_` for what is none, `__` for an underscore. */
function unescapedName(name: string): string {
  if (!name.startsWith('U__')) return name;
  const plain = name.slice(3).replace(/__|_([0-9a-f]{1,6})_/gi, (mark, code: string | undefined) => (code === undefined ? '_' : parseInt(code, 16) <= 0x10ffff ? String.fromCodePoint(parseInt(code, 16)) : mark));
  return plain;
}
