import { z } from 'zod';
import { diagnosisSchema } from '../../src/diagnosis/contract.ts';

const at = { seq: z.number().int().nonnegative(), atMs: z.number() };
const event = <K extends string, S extends z.ZodRawShape>(kind: K, shape: S) => z.object({ kind: z.literal(kind), ...at, ...shape });

const ticket = z.object({
  id: z.string(), key: z.string(), invariant: z.string(), component: z.string(), severity: z.enum(['critical', 'warning']),
  status: z.enum(['opened', 'acknowledged', 'diagnosed', 'resolved', 'held']),
  openedAtMs: z.number(), firstSeenMs: z.number(), lastSeenMs: z.number(), resolvedAtMs: z.number().optional(),
  occurrences: z.number(), flapping: z.boolean(), detail: z.string(),
});

const failure = z.object({ code: z.string(), because: z.string(), advice: z.string().optional() });

/** Every kind of thing that can happen in a run; `history.jsonl` is a list of these in order. Instants are cluster time. */
export const historyEventSchema = z.discriminatedUnion('kind', [
  event('run-started', { scenario: z.string(), seed: z.number(), cluster: z.string(), diagnostician: z.string(), fingerprint: z.string() }),
  event('phase', { phase: z.enum(['boot', 'steady', 'inject', 'hold', 'diagnose', 'revert', 'recover', 'end']), detail: z.string() }),
  event('fault-injected', { fault: z.string(), alias: z.string(), struck: z.array(z.string()), asked: z.string(), params: z.record(z.string(), z.unknown()), paint: z.object({ label: z.string(), colour: z.string() }) }),
  event('fault-witnessed', { alias: z.string(), bites: z.boolean(), measured: z.string() }),
  event('fault-changed', { alias: z.string(), what: z.string() }),
  event('fault-reverted', { alias: z.string(), struck: z.array(z.string()) }),
  event('symptom', { rose: z.boolean(), detail: z.string() }),
  event('unobservable', { detail: z.string() }),
  event('ticket-opened', { ticket }),
  event('ticket-resolved', { ticket }),
  event('incident-opened', { incident: z.string(), tickets: z.array(z.string()) }),
  event('diagnosis-started', { incident: z.string(), diagnostician: z.string(), tickets: z.array(ticket) }),
  event('tool-called', { observation: z.string(), tool: z.string(), args: z.unknown(), ok: z.boolean() }),
  event('diagnosis-submitted', { diagnosis: diagnosisSchema }),
  event('diagnosis-failed', { failure }),
  event('converged', { converged: z.boolean(), detail: z.string() }),
  event('trouble', { failure }),
  event('run-ended', { state: z.string(), because: z.string() }),
]);

/** One thing that happened. */
export type HistoryEvent = z.infer<typeof historyEventSchema>;
/** An event before the recorder numbers it. */
export type NewEvent = HistoryEvent extends infer E ? (E extends HistoryEvent ? Omit<E, 'seq'> : never) : never;
/** The event of one kind. */
export type EventOf<K extends HistoryEvent['kind']> = Extract<HistoryEvent, { kind: K }>;

/** All events of one kind, in order. */
export function eventsOf<K extends HistoryEvent['kind']>(history: readonly HistoryEvent[], kind: K): EventOf<K>[] {
  return history.filter((event): event is EventOf<K> => event.kind === kind);
}
