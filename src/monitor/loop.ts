import type { Clock, Millis } from '../kernel/clock.ts';
import type { Observation, Subject } from '../subjects/contract.ts';
import type { TicketBook } from '../tickets/book.ts';
import type { Ticket } from '../tickets/contract.ts';
import { freshMonitor, stepMonitor, type MonitorEffect, type MonitorState } from './step.ts';

/** What a running monitor reports. */
export type MonitorEvent<O extends Observation = Observation> =
  | { readonly kind: 'observed'; readonly observation: O }
  | { readonly kind: 'ticket-opened'; readonly ticket: Ticket }
  | { readonly kind: 'ticket-resolved'; readonly ticket: Ticket };

/** Everything that a monitor works with. */
export interface MonitorDesk<O extends Observation = Observation> {
  readonly subject: Pick<Subject<O>, 'observe' | 'invariants'>;
  readonly ports: Parameters<Subject<O>['observe']>[0];
  readonly clock: Clock;
  readonly book: TicketBook;
  readonly onEvent?: (event: MonitorEvent<O>) => void;
}

/** Looks every `intervalMs` until the signal is aborted; then it returns, it does not throw. An exception of `observe` is a bug and passes through. */
export async function runMonitor<O extends Observation>(desk: MonitorDesk<O> & { readonly intervalMs: Millis; readonly signal: AbortSignal }): Promise<void> {
  const { subject, ports, clock, signal } = desk;
  let state = freshMonitor(desk.book.list({ open: true }));
  while (!signal.aborted) {
    const startedMs = clock.now();
    const observation = await untilAborted(subject.observe(ports, clock), signal);
    if (!observation) return;
    state = takeIn(desk, state, observation);
    await untilAborted(clock.sleep(Math.max(0, desk.intervalMs - (clock.now() - startedMs)), signal), signal);
  }
}

function takeIn<O extends Observation>(desk: MonitorDesk<O>, state: MonitorState, observation: O): MonitorState {
  desk.onEvent?.({ kind: 'observed', observation });
  const [next, effects] = stepMonitor(state, { atMs: observation.atMs, observation, invariants: desk.subject.invariants });
  for (const effect of effects) carryOut(desk, effect, observation.atMs);
  return next;
}

/** The value, or undefined once the signal is aborted: a look at a hanging cluster must not keep the monitor from stopping. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const stop = () => resolve(undefined);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([promise, work]);
  } catch (reason) {
    // A sleep that the signal ends rejects; that is the same news.
    if (signal.aborted) return undefined;
    throw reason;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function carryOut<O extends Observation>({ book, onEvent }: MonitorDesk<O>, effect: MonitorEffect, atMs: Millis): void {
  if (effect.kind === 'report') {
    const ticket = book.report(effect.report, atMs);
    if (ticket) onEvent?.({ kind: 'ticket-opened', ticket });
    return;
  }
  const ticket = book.resolveKey(effect.key, atMs);
  if (ticket) onEvent?.({ kind: 'ticket-resolved', ticket });
}
