import type { Millis } from '../../../src/kernel/clock.ts';
import type { Labels } from '../contract.ts';
import type { LabelSet } from '../labels.ts';

/** Where an alert is in its life; `inactive` is one that is resolved. */
export type AlertState = 'pending' | 'firing' | 'inactive';

/** One series of an alerting rule's expression, followed over time. */
export interface Alert {
  readonly labels: LabelSet;
  readonly annotations: Labels;
  readonly state: AlertState;
  readonly activeAtMs: Millis;
  readonly value: number;
  /** Since when its series is gone while `keep_firing_for` holds it. */
  readonly keepFiringSinceMs?: Millis;
  readonly resolvedAtMs?: Millis;
}

/** The alerts of a rule by the key of their labels. */
export type Alerts = ReadonlyMap<string, Alert>;

interface Spans {
  readonly forMs: Millis;
  readonly keepFiringForMs: Millis;
}

/** A resolved alert is kept this long, so that a late look still sees that it ended. */
const resolvedRetentionMs: Millis = 15 * 60_000;

/** The alerts after one evaluation: those of before, and those that its result gives (pending, active from now). */
export function stepAlerts(before: Alerts, found: Alerts, { atMs, ...spans }: Spans & { readonly atMs: Millis }): Alerts {
  const after = new Map<string, Alert>();
  for (const key of new Set([...before.keys(), ...found.keys()])) {
    const [was, is] = [before.get(key), found.get(key)];
    const next = is ? seen(was, is, { atMs, ...spans }) : missed(was as Alert, atMs, spans);
    if (next) after.set(key, next);
  }
  return after;
}

function seen(was: Alert | undefined, is: Alert, { atMs, forMs }: Spans & { readonly atMs: Millis }): Alert {
  const { keepFiringSinceMs: _, ...same }: Alert = was && was.state !== 'inactive' ? { ...was, value: is.value, annotations: is.annotations } : is;
  return same.state === 'pending' && atMs - same.activeAtMs >= forMs ? { ...same, state: 'firing' } : same;
}

function missed(was: Alert, atMs: Millis, { keepFiringForMs }: Spans): Alert | undefined {
  if (was.state === 'pending') return undefined;
  if (was.state === 'inactive') return atMs - (was.resolvedAtMs ?? atMs) > resolvedRetentionMs ? undefined : was;
  const keepFiringSinceMs = was.keepFiringSinceMs ?? atMs;
  if (keepFiringForMs > 0 && atMs - keepFiringSinceMs < keepFiringForMs) return { ...was, keepFiringSinceMs };
  return { ...was, state: 'inactive', resolvedAtMs: atMs };
}

/** The alerts that are pending or firing. */
export const activeAlerts = (alerts: Alerts): Alert[] => [...alerts.values()].filter(({ state }) => state !== 'inactive');
