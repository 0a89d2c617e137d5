import type { Alert } from './rules/alert.ts';
import { activeAlerts } from './rules/alert.ts';
import type { GroupStatus, RuleStatus } from './rules/group-runner.ts';
import type { Labels } from './contract.ts';
import { compareLabels } from './labels.ts';
import { expressionText } from './rules/expression-text.ts';
import { formatE } from './rules/template/decimal.ts';
import { rfc3339 } from './api-format.ts';
import { BadParameter, type Parameters } from './api-parameters.ts';

/** `data` of `/api/v1/rules`, filtered as the parameters ask. */
export function rulesData(groups: readonly GroupStatus[], parameters: Parameters): unknown {
  const filter = filterOf(parameters);
  const kept = groups.filter(({ group }) => filter.group(group.name) && filter.file(group.file)).map((status) => ({ status, rules: status.rules.filter(filter.rule) }));
  return { groups: kept.filter(({ rules }) => rules.length > 0).map(({ status, rules }) => groupJson(status, rules.map((rule) => ruleJson(rule, filter.withAlerts)))) };
}

/** `data` of `/api/v1/alerts`: every alert that is pending or firing. */
export function alertsData(groups: readonly GroupStatus[]): unknown {
  return { alerts: groups.flatMap(({ rules }) => rules.flatMap(alertsOf)) };
}

interface Filter {
  readonly group: (name: string) => boolean;
  readonly file: (name: string) => boolean;
  readonly rule: (status: RuleStatus) => boolean;
  readonly withAlerts: boolean;
}

function filterOf(parameters: Parameters): Filter {
  const type = parameters.get('type')?.toLowerCase() ?? '';
  if (!['', 'alert', 'record'].includes(type)) throw new BadParameter(`invalid parameter "type": not supported value ${JSON.stringify(parameters.get('type'))}`);
  const excluded = parameters.get('exclude_alerts') ?? '';
  if (!/^(|1|t|true|0|f|false)$/i.test(excluded)) throw new BadParameter(`invalid parameter "exclude_alerts": error converting exclude_alerts: strconv.ParseBool: parsing ${JSON.stringify(excluded)}: invalid syntax`);
  const names = anyOf(parameters.all('rule_name[]'));
  return {
    group: anyOf(parameters.all('rule_group[]')),
    file: anyOf(parameters.all('file[]')),
    rule: ({ rule }) => names(rule.name) && (type === '' || (type === 'alert') === (rule.kind === 'alerting')),
    withAlerts: !/^(1|t|true)$/i.test(excluded),
  };
}

const anyOf = (wanted: readonly string[]) => (name: string): boolean => wanted.length === 0 || wanted.includes(name);

// No evaluation takes time that could be told: times measured on this machine would make equal runs differ.
const evaluationTime = 0;

function groupJson({ group, lastEvaluationMs }: GroupStatus, rules: readonly unknown[]): unknown {
  return { name: group.name, file: group.file, rules, interval: group.intervalMs / 1_000, limit: group.limit, evaluationTime, lastEvaluation: rfc3339(lastEvaluationMs) };
}

function ruleJson(status: RuleStatus, withAlerts: boolean): unknown {
  const { rule, health, lastError, lastEvaluationMs } = status;
  const ran = { health, ...(lastError !== undefined && { lastError }), evaluationTime, lastEvaluation: rfc3339(lastEvaluationMs) };
  if (rule.kind === 'recording') return { name: rule.name, query: expressionText(rule.expr), ...(Object.keys(rule.labels).length > 0 && { labels: sorted(rule.labels) }), ...ran, type: 'recording' };
  return {
    state: stateOf(status),
    name: rule.name,
    query: expressionText(rule.expr),
    duration: rule.forMs / 1_000,
    keepFiringFor: rule.keepFiringForMs / 1_000,
    labels: sorted(rule.labels),
    annotations: sorted(rule.annotations),
    ...(withAlerts && { alerts: alertsOf(status) }),
    ...ran,
    type: 'alerting',
  };
}

function stateOf({ alerts }: RuleStatus): string {
  const states = new Set(activeAlerts(alerts).map(({ state }) => state));
  return states.has('firing') ? 'firing' : states.has('pending') ? 'pending' : 'inactive';
}

const alertsOf = ({ alerts }: RuleStatus): unknown[] => activeAlerts(alerts).sort((a, b) => compareLabels(a.labels, b.labels)).map(alertJson);

function alertJson({ labels, annotations, state, activeAtMs, keepFiringSinceMs, value }: Alert): unknown {
  return {
    labels: labels.toObject(),
    annotations: sorted(annotations),
    state,
    activeAt: rfc3339(activeAtMs),
    ...(keepFiringSinceMs !== undefined && { keepFiringSince: rfc3339(keepFiringSinceMs) }),
    value: formatE(value),
  };
}

const sorted = (labels: Labels): Labels => Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
