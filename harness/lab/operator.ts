import { runMonitor } from '../../src/monitor/loop.ts';
import type { Clock, Millis } from '../../src/kernel/clock.ts';
import type { Ports } from '../../src/ports/ports.ts';
import type { Subject, Topology } from '../../src/subjects/contract.ts';
import { TicketBook } from '../../src/tickets/book.ts';
import type { Ticket } from '../../src/tickets/contract.ts';

/** How often the lab's monitor looks. */
export const monitorIntervalMs: Millis = 5_000;

/** The monitor at work beside a run, as it would be in production. */
export interface Operator {
  readonly tickets: () => readonly Ticket[];
  /** What the monitor knows of the deployment; empty before its first look. */
  readonly topology: () => Topology;
  /** Ends the loop and rethrows what broke it, if anything did. */
  readonly stop: () => Promise<void>;
}

/** Starts the monitor in the cluster's time. */
export function startOperator(subject: Subject, ports: Ports, options: { clock: Clock; onTicket: (kind: 'ticket-opened' | 'ticket-resolved', ticket: Ticket) => void }): Operator {
  const book = new TicketBook(':memory:');
  const stopping = new AbortController();
  let topology: Topology = { nodes: [] };
  const loop = runMonitor({
    subject,
    ports,
    clock: options.clock,
    book,
    intervalMs: monitorIntervalMs,
    signal: stopping.signal,
    onEvent: (event) => {
      if (event.kind === 'observed') topology = event.observation.topology;
      else options.onTicket(event.kind, event.ticket);
    },
  });
  // A broken loop must not become an unhandled rejection before `stop` reports it.
  loop.catch(() => {});
  let final: readonly Ticket[] | undefined;
  return {
    tickets: () => final ?? book.list(),
    topology: () => topology,
    stop: async () => {
      stopping.abort();
      await loop;
      final = book.list();
      book[Symbol.dispose]();
    },
  };
}
