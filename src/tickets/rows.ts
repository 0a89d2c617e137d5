import type { Ticket, TicketStatus } from './contract.ts';

/** The book's only table. The partial index is the promise that one key has at most one open ticket. */
export const schemaSql = `
CREATE TABLE IF NOT EXISTS tickets (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL,
  invariant TEXT NOT NULL,
  component TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('critical', 'warning')),
  status TEXT NOT NULL CHECK (status IN ('opened', 'acknowledged', 'diagnosed', 'resolved', 'held')),
  opened_at_ms INTEGER NOT NULL,
  first_seen_ms INTEGER NOT NULL,
  last_seen_ms INTEGER NOT NULL,
  resolved_at_ms INTEGER,
  occurrences INTEGER NOT NULL,
  flapping INTEGER NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_open_ticket_per_key ON tickets (key) WHERE resolved_at_ms IS NULL;
CREATE INDEX IF NOT EXISTS tickets_by_key ON tickets (key, opened_at_ms);
`;

/** A ticket as SQLite keeps it. */
export interface TicketRow {
  readonly id: number;
  readonly key: string;
  readonly invariant: string;
  readonly component: string;
  readonly severity: 'critical' | 'warning';
  readonly status: TicketStatus;
  readonly opened_at_ms: number;
  readonly first_seen_ms: number;
  readonly last_seen_ms: number;
  readonly resolved_at_ms: number | null;
  readonly occurrences: number;
  readonly flapping: number;
  readonly detail: string;
}

/** The ticket that a row stands for. */
export function ticketFromRow(row: TicketRow): Ticket {
  return {
    id: `T${row.id}`,
    key: row.key,
    invariant: row.invariant,
    component: row.component,
    severity: row.severity,
    status: row.status,
    openedAtMs: row.opened_at_ms,
    firstSeenMs: row.first_seen_ms,
    lastSeenMs: row.last_seen_ms,
    ...(row.resolved_at_ms !== null && { resolvedAtMs: row.resolved_at_ms }),
    occurrences: row.occurrences,
    flapping: row.flapping === 1,
    detail: row.detail,
  };
}
