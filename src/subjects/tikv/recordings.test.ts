import { expect, test } from 'vitest';
import { recorded } from '../../../harness/clusters/recorded/kind.ts';
import { defined } from '../../kernel/assert.ts';
import { orThrow } from '../../kernel/result.ts';
import { runMonitor } from '../../monitor/loop.ts';
import { TicketBook } from '../../tickets/book.ts';
import { tikv } from './subject.ts';

/** A replay takes a second or two, more on a busy machine. */
const replaying = { timeout: 60_000 };

/** Watches a recording of a real cluster to its end, and tells each ticket with the seconds from the fault to its opening. */
async function ticketsOf(recording: string): Promise<string[]> {
  const load = { shape: 'idle', ratePerSecond: 0, reads: 0, keys: 'uniform', valueBytes: 1 } as const;
  await using cluster = orThrow(await recorded.start({ kind: 'recorded', subject: 'tikv', roles: {}, regions: 0, load, recording }, 1));
  const script = defined(cluster.script, 'a recording has a script');
  using book = new TicketBook();
  const stop = new AbortController();
  const done = runMonitor({ subject: tikv, ports: cluster.ports, clock: cluster.clock, book, intervalMs: 5_000, signal: stop.signal });
  await cluster.pass(script.endMs - cluster.clock.now());
  stop.abort();
  await done;
  return book.list().map(({ key, openedAtMs, resolvedAtMs }) => `${Math.round((openedAtMs - (script.injectMs ?? script.startMs)) / 1000)} ${key}${resolvedAtMs === undefined ? '' : ' and resolved'}`);
}

test('three ordinary minutes of a real cluster, with its bursts and leftovers, open no ticket', replaying, async () => {
  expect(await ticketsOf('baseline')).toEqual([]);
});

test('a real store that freezes is down at the next scrape, its regions lack a replica a minute after its silence, and both end', replaying, async () => {
  expect(await ticketsOf('store-hang')).toEqual(['5 store-down:tikv-2 and resolved', '85 under-replicated:cluster and resolved']);
});

test('a real PD leader that dies leaves PD leaderless for some seconds and a member down; the stores that its successor has not heard yet are not called down', replaying, async () => {
  expect(await ticketsOf('pd-leader-kill')).toEqual(['5 control-plane-member-down:pd-1 and resolved', '10 control-plane-leaderless:pd and resolved']);
});
