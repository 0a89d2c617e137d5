import type { Millis } from '../kernel/clock.ts';
import type { Incident, Ticket } from './contract.ts';

/** A ticket joins an incident when it opens at most this long after the incident's newest ticket. */
export const correlationWindowMs: Millis = 60_000;

/**
 * Groups tickets that open together: each within {@link correlationWindowMs} of the one before it, while some ticket
 * of the group is still open. Later tickets never change the grouping of earlier ones, so the ids stay.
 */
export function correlate(tickets: readonly Ticket[]): Incident[] {
  const groups: Ticket[][] = [];
  for (const ticket of inOrderOfOpening(tickets)) {
    const current = groups.at(-1);
    if (current && belongsTo(current, ticket)) current.push(ticket);
    else groups.push([ticket]);
  }
  return groups.map((group, index) => ({ id: `I${index + 1}`, openedAtMs: group[0]?.openedAtMs ?? 0, tickets: group }));
}

function belongsTo(group: readonly Ticket[], ticket: Ticket): boolean {
  const newestMs = group.at(-1)?.openedAtMs ?? -Infinity;
  const someStillOpen = group.some(({ resolvedAtMs }) => resolvedAtMs === undefined || resolvedAtMs > ticket.openedAtMs);
  return someStillOpen && ticket.openedAtMs - newestMs <= correlationWindowMs;
}

const inOrderOfOpening = (tickets: readonly Ticket[]): Ticket[] =>
  [...tickets].sort((a, b) => a.openedAtMs - b.openedAtMs || Number(a.id.slice(1)) - Number(b.id.slice(1)));
