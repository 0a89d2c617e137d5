import type { Millis } from '../kernel/clock.ts';
import type { ComponentRef } from '../subjects/contract.ts';

/** Where a ticket is in its life. */
export type TicketStatus = 'opened' | 'acknowledged' | 'diagnosed' | 'resolved' | 'held';

/** One violated invariant of one component, for as long as it lasts. */
export interface Ticket {
  /** `T1`, `T2`, … in order of opening. */
  readonly id: string;
  /** The violation key `invariant:component`; at most one open ticket has it. */
  readonly key: string;
  readonly invariant: string;
  readonly component: ComponentRef;
  readonly severity: 'critical' | 'warning';
  readonly status: TicketStatus;
  readonly openedAtMs: Millis;
  /** When the violation was first seen, before any grace period. */
  readonly firstSeenMs: Millis;
  readonly lastSeenMs: Millis;
  readonly resolvedAtMs?: Millis;
  readonly occurrences: number;
  readonly flapping: boolean;
  readonly detail: string;
}

/** Tickets that opened together, diagnosed once. A routine check is an incident without tickets. */
export interface Incident {
  /** `I1`, `I2`, … */
  readonly id: string;
  readonly openedAtMs: Millis;
  readonly tickets: readonly Ticket[];
}
