import { expect, test } from 'vitest';
import { recorded } from '../../../harness/clusters/recorded/kind.ts';
import { defined } from '../../kernel/assert.ts';
import { orThrow } from '../../kernel/result.ts';
import { runMonitor } from '../../monitor/loop.ts';
import { TicketBook } from '../../tickets/book.ts';
import { etcd } from './subject.ts';

/** A replay takes a second or two, more on a busy machine. */
const replaying = { timeout: 60_000 };

/** Watches a recording of a real cluster for a while, and tells each ticket with the seconds from the fault to its opening. */
async function ticketsOf(recording: string, forMs: number): Promise<string[]> {
  const load = { shape: 'idle', ratePerSecond: 0, reads: 0, keys: 'uniform', valueBytes: 1 } as const;
  await using cluster = orThrow(await recorded.start({ kind: 'recorded', subject: 'etcd', roles: {}, regions: 0, load, recording }, 1));
  const script = defined(cluster.script, 'a recording has a script');
  using book = new TicketBook();
  const stop = new AbortController();
  const done = runMonitor({ subject: etcd, ports: cluster.ports, clock: cluster.clock, book, intervalMs: 5_000, signal: stop.signal });
  await cluster.pass(forMs);
  stop.abort();
  await done;
  return book.list().map(({ key, openedAtMs }) => `${Math.round((openedAtMs - (script.injectMs ?? script.startMs)) / 1000)} ${key}`);
}

test('a real leader that dies is down at the second look, and so is the redundancy', replaying, async () => {
  expect(await ticketsOf('etcd-leader-killed', 120_000)).toEqual(['15 member-down:etcd-1', '40 failed-requests:etcd-2', '40 redundancy:cluster', '45 failed-requests:etcd-3']);
});

test('three members restarted in good order, one after the other, open no ticket', replaying, async () => {
  expect(await ticketsOf('etcd-planned-restart', 190_000)).toEqual([]);
});

test('a full quota is an alarm at the next look', replaying, async () => {
  expect(await ticketsOf('etcd-quota-exhausted', 120_000)).toEqual(['40 alarm:cluster']);
});
