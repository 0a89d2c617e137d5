import type { Millis } from '../../src/kernel/clock.ts';
import type { Random } from '../../src/kernel/random.ts';
import { nameLabel } from '../../harness/telemetry/labels.ts';
import { matcher } from '../../harness/telemetry/matchers.ts';
import type { MetricStore } from '../../harness/telemetry/store.ts';

/** What expressions may be about: metrics with their labels and the values of each. */
export type Nouns = readonly { readonly metric: string; readonly labels: Readonly<Record<string, readonly string[]>> }[];

/** The metrics and labels of a store. */
export function nounsOf(store: MetricStore): Nouns {
  const metrics = new Map<string, Map<string, Set<string>>>();
  for (const { labels } of store.select([matcher(nameLabel, '=~', '.+')])) {
    const name = labels.get(nameLabel);
    if (!metrics.has(name)) metrics.set(name, new Map());
    for (const [label, value] of Object.entries(labels.toObject())) {
      if (label === nameLabel) continue;
      const values = metrics.get(name)?.get(label) ?? new Set();
      metrics.get(name)?.set(label, values.add(value));
    }
  }
  return [...metrics].map(([metric, labels]) => ({ metric, labels: Object.fromEntries([...labels].map(([label, values]) => [label, [...values]])) }));
}

/** A question as it goes over HTTP: `step` is there for a range. */
export type Question = { readonly query: string } & ({ readonly atMs: Millis } | { readonly startMs: Millis; readonly endMs: Millis; readonly stepMs: Millis });

const rangeFunctions = 'rate increase delta irate idelta deriv changes resets sum_over_time avg_over_time min_over_time max_over_time count_over_time present_over_time last_over_time stddev_over_time stdvar_over_time'.split(' ');
const valueFunctions = 'abs ceil floor sgn sqrt round timestamp rad hour minute month year day_of_month day_of_week day_of_year days_in_month'.split(' ');
const aggregators = 'sum avg min max count group stddev stdvar'.split(' ');
const operators = '+ - * / % == != < <= > >='.split(' ');
const durations = ['1m', '30s', '5m', '90s', '2m30s', '10m', '1h', '15s', '1ms', '45s500ms'];

/** Draws well-typed PromQL over given metrics, so that nearly every expression has an answer. */
export class ExpressionSource {
  readonly #nouns: Nouns;
  readonly #random: Random;
  readonly #span: { readonly startMs: Millis; readonly endMs: Millis };

  constructor(nouns: Nouns, random: Random, span: { readonly startMs: Millis; readonly endMs: Millis }) {
    this.#nouns = nouns;
    this.#random = random;
    this.#span = span;
  }

  /** An expression at an instant or over a range, half of each. */
  question(): Question {
    const random = this.#random;
    const { startMs, endMs } = this.#span;
    const query = random.chance(0.05) ? this.#scalar(2) : this.#vector(3);
    if (random.chance(0.5)) return { query: random.chance(0.1) ? this.#range() : query, atMs: startMs + random.below(endMs - startMs + 400_000) };
    const fromMs = startMs - 100_000 + random.below(endMs - startMs);
    return { query, startMs: fromMs, endMs: fromMs + random.below(1_800_000), stepMs: random.pick([15_000, 30_000, 7_000, 60_000, 61_234]) };
  }

  #vector(depth: number): string {
    const random = this.#random;
    if (depth <= 0) return this.#selector();
    const draws: readonly (() => string)[] = [
      () => this.#selector(),
      () => `${random.pick(rangeFunctions)}(${this.#range()})`,
      () => `${random.pick(rangeFunctions)}(${this.#range()})`,
      () => this.#aggregation(depth),
      () => this.#aggregation(depth),
      () => `${random.pick(valueFunctions)}(${this.#vector(depth - 1)})`,
      () => `${this.#vector(depth - 1)} ${random.pick(operators)}${random.chance(0.3) ? ' ' : ' '}${this.#number()}`,
      () => `${this.#number()} ${random.pick(['+', '-', '*', '/', '>', '<='])} ${this.#vector(depth - 1)}`,
      () => this.#matching(depth),
      () => this.#special(depth),
      () => `-${this.#selector()}`,
    ];
    return random.pick(draws)();
  }

  #special(depth: number): string {
    const random = this.#random;
    return random.pick<() => string>([
      () => `histogram_quantile(${random.pick(['0.5', '0.99', '0', '1', '-1', '2', '0.9'])}, ${random.pick(['rate(grpc_seconds_bucket[5m])', 'sum by (le, type) (rate(grpc_seconds_bucket[2m]))', 'sum by (le) (grpc_seconds_bucket)', this.#vector(depth - 1)])})`,
      () => `quantile_over_time(${random.pick(['0.5', '0.95', '1.2'])}, ${this.#range()})`,
      () => `predict_linear(${this.#range()}, ${random.pick(['3600', '0', '-60'])})`,
      () => `clamp_max(${this.#vector(depth - 1)}, ${this.#number()})`,
      () => `clamp_min(${this.#vector(depth - 1)}, ${this.#number()})`,
      () => `clamp(${this.#vector(depth - 1)}, ${this.#number()}, ${this.#number()})`,
      () => `absent(${this.#selector()})`,
      () => `absent_over_time(${this.#range()})`,
      () => `vector(${this.#scalar(depth - 1)})`,
      () => `label_replace(${this.#vector(depth - 1)}, "new", "$1-x", "${random.pick(['instance', 'type', 'zone', 'nowhere'])}", "(.*)[:e].*")`,
      () => `label_join(${this.#vector(depth - 1)}, "joined", "/", "job", "type")`,
      () => `round(${this.#vector(depth - 1)}, ${random.pick(['0.1', '5', '0.25'])})`,
      () => `quantile by (job) (${random.pick(['0.5', '0.9', '0'])}, ${this.#vector(depth - 1)})`,
      () => `count_values("value", ${this.#vector(depth - 1)})`,
      () => `sort(${this.#vector(depth - 1)})`,
    ])();
  }

  #aggregation(depth: number): string {
    const labels = this.#labelList();
    const clause = this.#random.pick(['', ` by (${labels})`, ` without (${labels})`]);
    return `${this.#random.pick(aggregators)}${clause} (${this.#vector(depth - 1)})`;
  }

  #matching(depth: number): string {
    const random = this.#random;
    const left = this.#vector(depth - 1);
    return random.pick<() => string>([
      () => `${left} ${random.pick(['and', 'or', 'unless'])} ${random.chance(0.5) ? `on (${this.#labelList()}) ` : ''}${this.#vector(depth - 1)}`,
      () => `${left} ${random.pick(operators)} ${left}`,
      () => `${left} ${random.pick(['+', '/', '-'])} on (instance) group_left () sum by (instance) (${this.#vector(depth - 2)})`,
      () => `${left} ${random.pick(['==', '<', '>='])} bool ${left}`,
      () => `sum by (job) (${left}) / ignoring (type) sum by (job) (${this.#vector(depth - 2)})`,
      () => `up * on (instance) group_right (job) ${left}`,
    ])();
  }

  #scalar(depth: number): string {
    return this.#random.pick<() => string>([() => this.#number(), () => `scalar(${this.#vector(depth)})`, () => 'time()', () => `${this.#number()} ${this.#random.pick(['+', '-', '*', '/', '%'])} ${this.#number()}`, () => 'pi()'])();
  }

  #number(): string {
    return this.#random.pick(['0', '1', '2', '0.5', '-3', '100', '1e9', '1e-7', 'NaN', 'Inf', '0x10', '-Inf']);
  }

  #range(): string {
    const random = this.#random;
    if (random.chance(0.15)) return `${random.pick([this.#selector(), `(${this.#vector(1)})`])}[${random.pick(['5m', '10m', '61s'])}:${random.pick(['', '30s', '1m', '13s'])}]${this.#shift()}`;
    return `${this.#bare()}[${random.pick(durations)}]${this.#shift()}`;
  }

  #selector(): string {
    return `${this.#bare()}${this.#shift()}`;
  }

  #bare(): string {
    const random = this.#random;
    const { metric, labels } = random.pick(this.#nouns);
    const matchers = Object.entries(labels).filter(() => random.chance(0.25)).map(([label, values]) => {
      const value = random.pick(values);
      return random.pick([`${label}=${quoted(value)}`, `${label}!=${quoted(value)}`, `${label}=~${quoted(`${escaped(value)}|x.*`)}`, `${label}!~${quoted(`${escaped(value.slice(0, 1))}.*`)}`]);
    });
    return `${metric}${matchers.length > 0 ? `{${matchers.join(',')}}` : ''}`;
  }

  #shift(): string {
    const random = this.#random;
    const { startMs, endMs } = this.#span;
    return `${random.chance(0.15) ? ` offset ${random.pick(['1m', '17s', '-30s', '1h', '5m'])}` : ''}${random.chance(0.08) ? ` @ ${random.pick(['start()', 'end()', String((startMs + random.below(endMs - startMs)) / 1_000)])}` : ''}`;
  }

  #labelList(): string {
    const { labels } = this.#random.pick(this.#nouns);
    const names = Object.keys(labels).filter(() => this.#random.chance(0.5));
    return names.join(', ');
  }
}

const quoted = (text: string): string => JSON.stringify(text);
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
