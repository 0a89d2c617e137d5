import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../kernel/virtual-clock.ts';
import { settleMicrotasks } from '../kernel/wall-clock.ts';
import type { Clock } from '../kernel/clock.ts';
import { failed } from '../kernel/result.ts';
import type { Ports } from '../ports/ports.ts';
import type { Observation, Subject } from '../subjects/contract.ts';
import { TicketBook } from '../tickets/book.ts';
import { runMonitor, type MonitorEvent } from './loop.ts';

const nothing = async () => failed('LAB_TEST', 'not used');
const ports: Ports = {
  metrics: { query: nothing, queryRange: nothing, series: nothing, labelValues: nothing, transport: nothing },
  controlPlane: { request: nothing },
  logs: { search: nothing },
  inventory: [],
};

/** A cluster that is broken between two instants, and takes `lookMs` to look at. */
const subject = (brokenFromMs: number, brokenToMs: number, lookMs = 0): Pick<Subject, 'observe' | 'invariants'> => ({
  observe: async (_ports: Ports, clock: Clock): Promise<Observation> => {
    const atMs = clock.now();
    if (lookMs > 0) await clock.sleep(lookMs);
    return { atMs, topology: { nodes: [] }, blind: [] };
  },
  invariants: [{ name: 'down', title: 'down', severity: 'critical', graceMs: 0, violations: ({ atMs }) => (atMs >= brokenFromMs && atMs < brokenToMs ? [{ component: 'a', detail: 'gone' }] : []) }],
});

function start(clock: VirtualClock, watched: Pick<Subject, 'observe' | 'invariants'>) {
  const stop = new AbortController();
  const events: MonitorEvent[] = [];
  const book = new TicketBook();
  const done = runMonitor({ subject: watched, ports, clock, book, intervalMs: 5_000, signal: stop.signal, onEvent: (event) => events.push(event) });
  return { stop, events, book, done };
}

describe('the running monitor', () => {
  test('opens a ticket when the cluster breaks and resolves it when it stays whole', async () => {
    const clock = new VirtualClock(0);
    const { stop, events, done } = start(clock, subject(12_000, 31_000));
    await clock.advance(60_000);
    stop.abort();
    await done;
    const tickets = events.flatMap((event) => (event.kind === 'observed' ? [] : [[event.kind, event.ticket.id, event.ticket.openedAtMs, event.ticket.resolvedAtMs]]));
    expect(tickets).toEqual([
      ['ticket-opened', 'T1', 15_000, undefined],
      ['ticket-resolved', 'T1', 15_000, 45_000],
    ]);
  });

  test('keeps its pace when looking itself takes time', async () => {
    const clock = new VirtualClock(0);
    const { stop, events, done } = start(clock, subject(0, 0, 2_000));
    await clock.advance(20_000);
    stop.abort();
    await done;
    expect(events.flatMap((event) => (event.kind === 'observed' ? [event.observation.atMs] : []))).toEqual([0, 5_000, 10_000, 15_000]);
  });

  test('returns when it is told to stop while a look hangs, and that look opens nothing', async () => {
    const clock = new VirtualClock(0);
    const { stop, events, done, book } = start(clock, subject(0, 100_000, 60_000));
    await settleMicrotasks();
    stop.abort();
    await done;
    await clock.advance(100_000);
    expect([events, book.list()]).toEqual([[], []]);
  });

  test('returns when it is told to stop in the middle of a pause', async () => {
    const clock = new VirtualClock(0);
    const { stop, done } = start(clock, subject(0, 0));
    await settleMicrotasks();
    stop.abort();
    await expect(done).resolves.toBeUndefined();
  });

  test('an exception while observing is a bug and is not taken for blindness', async () => {
    const broken = { ...subject(0, 0), observe: async () => Promise.reject(new TypeError('undefined is not a function')) };
    const { done, book } = start(new VirtualClock(0), broken);
    await expect(done).rejects.toThrow('undefined is not a function');
    expect(book.list()).toEqual([]);
  });
});
