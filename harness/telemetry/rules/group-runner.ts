import type { Millis } from '../../../src/kernel/clock.ts';
import type { LabelSet } from '../labels.ts';
import { PromqlExecutionError, PromqlSyntaxError, PromqlTimeoutError } from '../promql/errors.ts';
import type { MetricStore } from '../store.ts';
import type { Alerts } from './alert.ts';
import { alertSamples, evaluateAlerting, evaluateRecording, type Moment, type RuleSample } from './evaluate.ts';
import type { Rule, RuleGroup } from './rule.ts';

/** A rule and how its last evaluation went. */
export interface RuleStatus {
  readonly rule: Rule;
  /** `unknown` before the first evaluation. */
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError?: string;
  readonly lastEvaluationMs?: Millis;
  /** Empty for a recording rule. */
  readonly alerts: Alerts;
}

/** A group and how its rules do. */
export interface GroupStatus {
  readonly group: RuleGroup;
  readonly rules: readonly RuleStatus[];
  readonly lastEvaluationMs?: Millis;
}

interface Running {
  status: RuleStatus;
  /** The series that the last good evaluation wrote, by key. */
  written: ReadonlyMap<string, LabelSet>;
}

interface RunnerOptions {
  readonly store: MetricStore;
  readonly firstMs: Millis;
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly externalUrl: string;
}

const noAlerts: Alerts = new Map();

/** Evaluates one group again and again, and remembers its alerts and what it wrote. */
export class GroupRunner {
  readonly #group: RuleGroup;
  readonly #options: RunnerOptions;
  readonly #running: readonly Running[];
  #dueMs: Millis;

  constructor(group: RuleGroup, options: RunnerOptions) {
    this.#group = group;
    this.#options = options;
    this.#running = group.rules.map((rule) => ({ status: { rule, health: 'unknown', alerts: noAlerts }, written: new Map() }));
    this.#dueMs = options.firstMs;
  }

  /** When the next evaluation is due. */
  get dueMs(): Millis {
    return this.#dueMs;
  }

  evaluate(): void {
    const atMs = this.#dueMs;
    this.#dueMs += this.#group.intervalMs;
    const { store, externalLabels, externalUrl } = this.#options;
    const moment: Moment = { store, atMs, dataMs: atMs - this.#group.queryOffsetMs, limit: this.#group.limit, externalLabels, externalUrl };
    // In order, since a rule may read what the one before it wrote at this same instant.
    for (const running of this.#running) evaluateOne(running, moment);
  }

  status(): GroupStatus {
    const rules = this.#running.map(({ status }) => status);
    const lastEvaluationMs = rules[0]?.lastEvaluationMs;
    return { group: this.#group, rules, ...(lastEvaluationMs !== undefined && { lastEvaluationMs }) };
  }
}

/** A rule that fails says so and writes nothing; what it wrote before stays as it is until it works again. */
function evaluateOne(running: Running, moment: Moment): void {
  const { rule, alerts } = running.status;
  try {
    const next = rule.kind === 'alerting' ? evaluateAlerting(rule, alerts, moment) : alerts;
    write(running, rule.kind === 'alerting' ? alertSamples(next) : evaluateRecording(rule, moment), moment);
    running.status = { rule, health: 'ok', lastEvaluationMs: moment.atMs, alerts: next };
  } catch (error) {
    if (!isQueryError(error)) throw error;
    // Too many alerts drop them all, so that an explosion does not stay; any other failure leaves them.
    const kept = error.message.startsWith('exceeded limit') ? noAlerts : alerts;
    running.status = { rule, health: 'err', lastError: error.message, lastEvaluationMs: moment.atMs, alerts: kept };
  }
}

const isQueryError = (error: unknown): error is Error => error instanceof PromqlExecutionError || error instanceof PromqlSyntaxError || error instanceof PromqlTimeoutError;

/** Writes the samples, and a stale marker for every series that the rule wrote last time and not now. */
function write(running: Running, samples: readonly RuleSample[], { store, dataMs }: Moment): void {
  const written = new Map<string, LabelSet>();
  for (const { labels, value } of samples) {
    store.append(labels.toObject(), dataMs, value);
    written.set(labels.key, labels);
  }
  for (const [key, labels] of running.written) if (!written.has(key)) store.append(labels.toObject(), dataMs, 'stale');
  running.written = written;
}
