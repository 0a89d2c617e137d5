import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ticket } from './contract.ts';
import { correlate } from './correlation.ts';

const ticket = (n: number, openedAtMs: number, resolvedAtMs?: number): Ticket => ({
  id: `T${n}`, key: `k:${n}`, invariant: 'k', component: String(n), severity: 'warning', status: resolvedAtMs === undefined ? 'opened' : 'resolved',
  openedAtMs, firstSeenMs: openedAtMs, lastSeenMs: openedAtMs, ...(resolvedAtMs !== undefined && { resolvedAtMs }), occurrences: 1, flapping: false, detail: '',
});
const shape = (tickets: readonly Ticket[]) => correlate(tickets).map((incident) => [incident.id, ...incident.tickets.map(({ id }) => id)]);

describe('incidents', () => {
  test('a dead store and the regions it leaves behind are one incident', () => {
    expect(shape([ticket(1, 0), ticket(2, 60_000), ticket(3, 115_000)])).toEqual([['I1', 'T1', 'T2', 'T3']]);
  });

  test('a ticket more than a minute after the newest one begins another incident', () => {
    expect(shape([ticket(1, 0), ticket(2, 60_001)])).toEqual([['I1', 'T1'], ['I2', 'T2']]);
  });

  test('what opens after everything was resolved is another incident, however soon', () => {
    expect(shape([ticket(1, 0, 20_000), ticket(2, 30_000)])).toEqual([['I1', 'T1'], ['I2', 'T2']]);
  });

  test('incidents keep their ids and tickets when later tickets arrive', () => {
    const times = fc.array(fc.tuple(fc.nat(300_000), fc.option(fc.integer({ min: 1, max: 200_000 }))), { maxLength: 12 });
    fc.assert(
      fc.property(times, (drawn) => {
        const tickets = drawn.toSorted(([a], [b]) => a - b).map(([openedAtMs, lastedMs], i) => ticket(i + 1, openedAtMs, lastedMs === null ? undefined : openedAtMs + lastedMs));
        for (let n = 0; n <= tickets.length; n++) {
          const early = shape(tickets.slice(0, n));
          const late = shape(tickets);
          early.forEach((incident, i) => expect(late[i]?.slice(0, incident.length)).toEqual(incident));
        }
      }),
    );
  });
});
