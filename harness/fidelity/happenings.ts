import type { Millis } from '../../src/kernel/clock.ts';
import { matcher } from '../telemetry/matchers.ts';
import { RuleEngine } from '../telemetry/rules/rule-engine.ts';
import type { RuleGroup } from '../telemetry/rules/rule.ts';
import type { Lived } from './lived.ts';

/** Something that happened once, as text, and how long after the injection it first did. */
export type Happenings = ReadonlyMap<string, Millis>;

/** Alerts of these rules that became pending or firing, e.g. `TiKV_server_is_down firing`; before the injection where the time is negative. */
export function alertsOf(lived: Lived, groups: readonly RuleGroup[]): Happenings {
  const { metrics, startMs, injectMs, endMs } = lived;
  new RuleEngine(metrics, { groups, fromMs: startMs }).catchUp(endMs);
  const first = new Map<string, Millis>();
  const names = new Set(groups.flatMap((group) => group.rules.map((rule) => rule.name)));
  for (const { labels, view } of metrics.select([matcher('__name__', '=', 'ALERTS')]).map((series) => ({ labels: series.labels, view: series.view(Infinity) }))) {
    if (!names.has(labels.get('alertname') ?? '')) continue;
    const what = `${labels.get('alertname')} ${labels.get('alertstate')}`;
    for (const atMs of view.times) if (atMs >= startMs && atMs <= endMs) first.set(what, Math.min(first.get(what) ?? Infinity, atMs - injectMs));
  }
  return first;
}

/** Alerts that began after the injection. One that either of the two had before it looks back on what happened then, and tells nothing about the fault. */
export function alertsSince(own: Happenings, other: Happenings): Happenings {
  const nameOf = (what: string): string => what.replace(/ .*/, '');
  const before = new Set([...own, ...other].filter(([, afterMs]) => afterMs < 0).map(([what]) => nameOf(what)));
  return new Map([...own].filter(([what]) => !before.has(nameOf(what))));
}

/** PD's words for the struck stores after the injection, e.g. `Disconnected`. */
export function statesOf({ states, struck, injectMs }: Lived): Happenings {
  const first = new Map<string, Millis>();
  for (const { node, state, atMs } of states) {
    if (atMs < injectMs || !struck.includes(node) || first.has(state)) continue;
    first.set(state, atMs - injectMs);
  }
  return first;
}

/**
 * Messages that the logs had not had in the quiet window, by role and part, e.g. `tikv, struck: broadcasting unreachable`. What `other`
 * had said before its injection, or had nobody to say, tells nothing about the two and is left out.
 */
export function messagesOf(lived: Lived, other: Lived): Happenings {
  const { logs, struck, injectMs, revertMs, startMs } = lived;
  const [known, roles] = [new Set([...quietShapes(lived), ...quietShapes(other)]), new Set(other.logs.map(({ node }) => roleOf(node)))];
  const first = new Map<string, Millis>();
  for (const { node, message, atMs } of logs) {
    if (atMs < Math.max(startMs, injectMs) || atMs >= revertMs || !roles.has(roleOf(node)) || known.has(shapeOf(message))) continue;
    const what = `${roleOf(node)}${struck.includes(node) ? ', struck' : ''}: ${shapeOf(message)}`;
    if (!first.has(what)) first.set(what, atMs - injectMs);
  }
  return first;
}

const quietShapes = ({ logs, startMs, injectMs }: Lived): string[] => logs.filter(({ atMs }) => atMs >= startMs && atMs < injectMs).map(({ message }) => shapeOf(message));

const roleOf = (node: string): string => node.replace(/-\d+$/, '');

// Numbers, ids and whether hosts have names differ from run to run; what is said does not.
const shapeOf = (message: string): string => message.replace(/\b(?:pd|tikv|etcd)-\d+(?=:\d)/g, '10.0.0.1').replace(/\b(0x)?[0-9a-f]{6,}\b|\d+(\.\d+)?/g, 'N').slice(0, 100);
