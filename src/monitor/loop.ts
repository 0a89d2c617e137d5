import type { Clock, Millis } from '../kernel/clock.ts';
import type { Ports } from '../ports/ports.ts';
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
  readonly ports: Ports;
  readonly clock: Clock;
  readonly book: TicketBook;
  readonly onEvent?: (event: MonitorEvent<O>) => void;
}

/** Looks once and writes what follows into the book. An exception of `observe` is a bug and passes through. */
export async function lookOnce<O extends Observation>(desk: MonitorDesk<O>, state: MonitorState): Promise<{ readonly state: MonitorState; readonly observation: O }> {
  const observation = await desk.subject.observe(desk.ports, desk.clock);
  desk.onEvent?.({ kind: 'observed', observation });
  const [next, effects] = stepMonitor(state, { atMs: observation.atMs, observation, invariants: desk.subject.invariants });
  for (const effect of effects) carryOut(desk, effect, observation.atMs);
  return { state: next, observation };
}

/** Looks every `intervalMs` until the signal is aborted; then it returns, it does not throw. */
export async function runMonitor<O extends Observation>(desk: MonitorDesk<O> & { readonly intervalMs: Millis; readonly signal: AbortSignal }): Promise<void> {
  let state = freshMonitor(desk.book.list({ open: true }));
  while (!desk.signal.aborted) {
    const startedMs = desk.clock.now();
    ({ state } = await lookOnce(desk, state));
    const spentMs = desk.clock.now() - startedMs;
    await desk.clock.sleep(Math.max(0, desk.intervalMs - spentMs), desk.signal).catch((reason: unknown) => {
      if (!desk.signal.aborted) throw reason;
    });
  }
}

function carryOut<O extends Observation>({ book, onEvent }: MonitorDesk<O>, effect: MonitorEffect, atMs: Millis): void {
  if (effect.kind === 'report') {
    const { ticket, opened } = book.report(effect.report, atMs);
    if (opened) onEvent?.({ kind: 'ticket-opened', ticket });
    return;
  }
  const ticket = book.resolveKey(effect.key, atMs);
  if (ticket) onEvent?.({ kind: 'ticket-resolved', ticket });
}
