import type { Millis } from '../../../src/kernel/clock.ts';
import { LabelSet, nameLabel } from '../labels.ts';
import { queryInstant } from '../promql/engine.ts';
import { PromqlExecutionError } from '../promql/errors.ts';
import type { MetricStore } from '../store.ts';
import { stepAlerts, activeAlerts, type Alert, type Alerts } from './alert.ts';
import type { AlertingRule, RecordingRule } from './rule.ts';
import { expandTemplate } from './template/expand.ts';
import type { TemplateContext, TemplateSample } from './template/value.ts';

/** A sample that a rule writes. */
export interface RuleSample {
  readonly labels: LabelSet;
  readonly value: number;
}

/** Where and when a rule is evaluated. */
export interface Moment {
  readonly store: MetricStore;
  /** The instant of the evaluation. */
  readonly atMs: Millis;
  /** The instant whose data it looks at and whose samples it writes. */
  readonly dataMs: Millis;
  readonly limit: number;
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly externalUrl: string;
}

/** A result that a rule cannot have; PromQL errors end an evaluation in the same way. */
export class RuleError extends PromqlExecutionError {}

/** What a recording rule writes at a moment. */
export function evaluateRecording(rule: RecordingRule, moment: Moment): RuleSample[] {
  const samples = resultOf(rule.expr, moment).map(({ labels, value }) => ({
    labels: Object.entries(rule.labels).reduce((set, [name, text]) => set.with(name, text), labels.with(nameLabel, rule.name)),
    value,
  }));
  if (new Set(samples.map(({ labels }) => labels.key)).size < samples.length) throw new RuleError('vector contains metrics with the same labelset after applying rule labels');
  if (moment.limit > 0 && samples.length > moment.limit) throw new RuleError(`exceeded limit of ${moment.limit} with ${samples.length} series`);
  return samples;
}

/** The alerts of a rule after a moment, given those before it. */
export function evaluateAlerting(rule: AlertingRule, before: Alerts, moment: Moment): Alerts {
  const found = new Map<string, Alert>();
  for (const sample of resultOf(rule.expr, moment)) {
    const alert = alertOf(rule, sample, moment);
    if (found.has(alert.labels.key)) throw new RuleError('vector contains metrics with the same labelset after applying alert labels');
    found.set(alert.labels.key, alert);
  }
  const after = stepAlerts(before, found, { atMs: moment.atMs, forMs: rule.forMs, keepFiringForMs: rule.keepFiringForMs });
  const active = activeAlerts(after).length;
  if (moment.limit > 0 && active > moment.limit) throw new RuleError(`exceeded limit of ${moment.limit} with ${active} alerts`);
  return after;
}

function alertOf(rule: AlertingRule, { labels, value }: RuleSample, moment: Moment): Alert {
  const { externalLabels, externalUrl, atMs } = moment;
  const context: TemplateContext = { labels: labels.toObject(), value, externalLabels, externalUrl, query: (promql) => templateQuery(promql, moment) };
  const named = Object.entries(rule.labels).reduce((set, [name, text]) => set.with(name, expandTemplate(text, context)), labels.with(nameLabel, ''));
  const annotations = Object.fromEntries(Object.entries(rule.annotations).map(([name, text]) => [name, expandTemplate(text, context)]));
  return { labels: named.with('alertname', rule.name), annotations, state: 'pending', activeAtMs: atMs, value };
}

/** `ALERTS` and `ALERTS_FOR_STATE` of the active alerts. */
export function alertSamples(alerts: Alerts): RuleSample[] {
  return activeAlerts(alerts).flatMap(({ labels, state, activeAtMs }) => [
    { labels: labels.with(nameLabel, 'ALERTS').with('alertstate', state), value: 1 },
    { labels: labels.with(nameLabel, 'ALERTS_FOR_STATE'), value: Math.floor(activeAtMs / 1_000) },
  ]);
}

function resultOf(expr: string, { store, dataMs }: Moment): RuleSample[] {
  const answer = queryInstant(store, expr, { atMs: dataMs, untilMs: dataMs });
  if (answer.kind === 'scalar') return [{ labels: LabelSet.empty, value: answer.point.value }];
  if (answer.kind !== 'vector') throw new RuleError('rule result is not a vector or scalar');
  return answer.series.map(({ labels, points }) => ({ labels, value: points[0]?.value as number }));
}

function templateQuery(promql: string, moment: Moment): TemplateSample[] {
  return resultOf(promql, moment).map(({ labels, value }) => ({ Labels: labels.toObject(), Value: value }));
}
