import type { Millis } from '../kernel/clock.ts';
import type { ComponentRef, Invariant, Observation, Violation } from '../subjects/contract.ts';
import type { Report } from '../tickets/book.ts';
import type { Ticket } from '../tickets/contract.ts';

/** An open ticket is resolved after so many looks in a row that do not show its violation. */
export const cleanLooksToResolve = 3;
/** So many looks in a row that could not see make a ticket of their own. */
export const failedLooksToBlind = 2;

/** What the monitor remembers of one violation between two looks. */
export interface Watch extends Report {
  readonly open: boolean;
  readonly cleanLooks: number;
}

/** The monitor's memory; plain data. */
export interface MonitorState {
  readonly watches: ReadonlyMap<string, Watch>;
  readonly failedLooks: number;
}

/** What the book should be told. */
export type MonitorEffect =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'resolve'; readonly key: string };

/** One look, and what must hold. */
export interface MonitorInput<O extends Observation = Observation> {
  readonly atMs: Millis;
  readonly observation: O;
  readonly invariants: readonly Invariant<O>[];
}

/** A monitor that has seen nothing; with a book's open tickets it continues where an earlier process stopped. */
export function freshMonitor(openTickets: readonly Ticket[] = []): MonitorState {
  const watches = openTickets.map(({ key, invariant, component, severity, firstSeenMs, detail }) => {
    const watch: Watch = { key, invariant, component, severity, firstSeenMs, detail, open: true, cleanLooks: 0 };
    return [key, watch] as const;
  });
  return { watches: new Map(watches), failedLooks: 0 };
}

/** The whole logic of monitoring, pure: one look turns the old memory into the new one and says what to tell the book. */
export function stepMonitor<O extends Observation>(state: MonitorState, input: MonitorInput<O>): readonly [MonitorState, readonly MonitorEffect[]] {
  const sighted = input.observation.blind.length === 0;
  const failedLooks = sighted ? 0 : state.failedLooks + 1;
  const invariants: readonly Invariant<O>[] = [...input.invariants, blindInvariant(failedLooks)];
  const watches = new Map(state.watches);
  const effects: MonitorEffect[] = [];
  const seen = new Set<string>();
  for (const invariant of invariants) {
    for (const violation of invariant.violations(input.observation)) {
      const key = `${invariant.name}:${violation.component}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const [watch, effect] = whenSeen(watches.get(key) ?? firstSight(invariant, violation, input.atMs), violation, { invariant, atMs: input.atMs });
      watches.set(key, watch);
      if (effect) effects.push(effect);
    }
  }
  const unknown = new Set(invariants.filter(({ cannotTell }) => cannotTell?.(input.observation) ?? false).map(({ name }) => name));
  for (const [key, watch] of watches) {
    // What a blind look does not show may well be there.
    if (seen.has(key) || !sighted || unknown.has(watch.invariant)) continue;
    const next = whenClean(watch);
    if (next) watches.set(key, next);
    else watches.delete(key);
    if (!next && watch.open) effects.push({ kind: 'resolve', key });
  }
  return [{ watches, failedLooks }, effects];
}

const firstSight = (invariant: Pick<Invariant, 'name' | 'severity'>, violation: Violation, atMs: Millis): Watch => ({
  key: `${invariant.name}:${violation.component}`,
  invariant: invariant.name,
  component: violation.component,
  severity: invariant.severity,
  firstSeenMs: atMs,
  detail: violation.detail,
  open: false,
  cleanLooks: 0,
});

function whenSeen(watch: Watch, violation: Violation, now: { readonly invariant: Pick<Invariant, 'graceMs'>; readonly atMs: Millis }): readonly [Watch, MonitorEffect | undefined] {
  const open = watch.open || now.atMs - watch.firstSeenMs >= now.invariant.graceMs;
  const { open: _open, cleanLooks: _cleanLooks, ...report } = { ...watch, detail: violation.detail };
  return [{ ...report, open, cleanLooks: 0 }, open ? { kind: 'report', report } : undefined];
}

/** A violation that never opened a ticket is forgotten at once; an open one needs several clean looks. */
function whenClean(watch: Watch): Watch | undefined {
  const cleanLooks = watch.cleanLooks + 1;
  return watch.open && cleanLooks < cleanLooksToResolve ? { ...watch, cleanLooks } : undefined;
}

const everything: ComponentRef = 'cluster';

/** Not seeing is a finding of its own, never a sign of health. */
function blindInvariant(failedLooks: number): Invariant {
  return {
    name: 'blind',
    title: 'The monitor can see the cluster',
    severity: 'critical',
    graceMs: 0,
    violations: ({ blind }) =>
      failedLooks >= failedLooksToBlind ? [{ component: everything, detail: blind.map(({ what, because }) => `cannot see ${what}: ${because}`).join('; '), value: failedLooks }] : [],
  };
}
