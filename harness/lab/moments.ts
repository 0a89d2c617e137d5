import type { Millis } from '../../src/kernel/clock.ts';
import type { Subject } from '../../src/subjects/contract.ts';
import type { Incident, Ticket } from '../../src/tickets/contract.ts';
import { correlate } from '../../src/tickets/correlation.ts';
import type { RunningCluster } from '../clusters/contract.ts';
import { monitorIntervalMs, startOperator } from './operator.ts';

/** An incident is handed over when its violation is this old. */
const ripeAfterMs: Millis = 60_000;
/** A violation with a grace period was seen long before its ticket opened; its evidence needs only this much more. */
const settleMs: Millis = 30_000;
/** The last looks at an incident are left out: what is being healed while one looks shows the healing as well. */
const healingMs: Millis = 10_000;
/** A check that no ticket asks for looks after these parts of the recording. */
const routineParts = [1 / 2, 2 / 3, 5 / 6, 1];

/** When a recording is diagnosed, and what the monitor knew then. */
export interface Moment {
  readonly atMs: Millis;
  readonly incident: Incident;
}

/** The window of a recording. */
export interface Window {
  readonly startMs: Millis;
  readonly endMs: Millis;
}

/** Every ticket that the monitor would have opened in this window, as each stood at its end. */
export async function ticketsThrough(cluster: RunningCluster, subject: Subject, options: { readonly untilMs: Millis; readonly signal: AbortSignal }): Promise<readonly Ticket[]> {
  const operator = startOperator(subject, cluster.ports, { clock: cluster.clock, onTicket: () => {} });
  while (cluster.clock.now() < options.untilMs) await cluster.pass(Math.min(monitorIntervalMs, options.untilMs - cluster.clock.now()), options.signal);
  await operator.stop();
  return operator.tickets();
}

/**
 * The moments at which somebody on call would have looked, in order: each incident when it is ripe, and no later than
 * the last look that still showed it, since a healed cluster does not show what was wrong. Without tickets: routine checks.
 */
export function momentsIn(tickets: readonly Ticket[], { startMs, endMs }: Window): Moment[] {
  const incidents = correlate(tickets);
  if (incidents.length === 0) return routineParts.map((part) => momentAt(tickets, Math.round(startMs + (endMs - startMs) * part)));
  return incidents.map((incident) => {
    const [first] = incident.tickets;
    const ripeMs = Math.max((first?.firstSeenMs ?? startMs) + ripeAfterMs, (first?.openedAtMs ?? startMs) + settleMs);
    const shownMs = Math.max(first?.openedAtMs ?? startMs, Math.max(...incident.tickets.map((ticket) => ticket.lastSeenMs)) - healingMs);
    const atMs = Math.min(ripeMs, shownMs, endMs);
    return { atMs, incident: { ...incident, tickets: incident.tickets.filter(({ openedAtMs }) => openedAtMs <= atMs).map((ticket) => asOf(ticket, atMs)) } };
  });
}

/** What the monitor knew at one instant: the incident that was open, or none. */
export function momentAt(tickets: readonly Ticket[], atMs: Millis): Moment {
  const open = tickets.filter((ticket) => ticket.openedAtMs <= atMs && (ticket.resolvedAtMs ?? Infinity) > atMs);
  const incident = correlate(open).at(-1);
  return { atMs, incident: { id: incident?.id ?? 'I1', openedAtMs: incident?.openedAtMs ?? atMs, tickets: open.map((ticket) => asOf(ticket, atMs)) } };
}

/** A ticket without what became of it afterwards. */
function asOf(ticket: Ticket, atMs: Millis): Ticket {
  const { resolvedAtMs, ...rest } = ticket;
  if (resolvedAtMs !== undefined && resolvedAtMs <= atMs) return ticket;
  return { ...rest, status: 'opened', lastSeenMs: Math.min(ticket.lastSeenMs, atMs) };
}
