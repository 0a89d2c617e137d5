import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReplicatedLog } from './replicated-log.ts';

const stores = [1, 4, 5];
const majority = (has: (id: number) => boolean): boolean => stores.filter(has).length >= 2;

test('a log: what a majority has on disk is committed, and what only the leader has is not', () => {
  const log = new ReplicatedLog(stores, { term: 6, index: 100 });
  log.elect(1, [4], 7);
  log.append(1, 10);
  log.persist(1);
  log.commit(1, majority);
  expect(log.committed).toEqual({ index: 100, term: 6 });
  log.replicate(1, 4);
  log.commit(1, majority);
  expect(log.committed.index).toBe(100);
  log.persist(4, 3);
  log.commit(1, majority);
  expect(log.committed).toEqual({ index: 107, term: 7 });
});

test('a log: a replica that is behind gets no vote, and what its leader never passed on is overwritten', () => {
  const log = new ReplicatedLog(stores, { term: 6, index: 100 });
  log.elect(1, [4], 7);
  log.append(1, 10);
  log.replicate(1, 4, 105);
  expect([log.isUpToDate(5, 4), log.isUpToDate(4, 5), log.isUpToDate(4, 1)]).toEqual([false, true, false]);
  log.elect(4, [5], 8);
  log.append(4, 1);
  log.replicate(4, 1);
  expect([log.on(1).last, log.termAt(1, 106), log.lag(4, 5)]).toEqual([106, 8, 6]);
});

test('a log: a killed process keeps what was on its disk', () => {
  const log = new ReplicatedLog(stores, { term: 6, index: 100 });
  log.append(1, 10);
  log.persist(1, 4);
  log.crash(1);
  expect(log.on(1).last).toBe(106);
});

const step = fc.record({ act: fc.constantFrom('elect', 'append', 'replicate', 'persist', 'commit', 'crash'), who: fc.nat(2), to: fc.nat(2), entries: fc.nat(5) });

test('a log: whatever happens, no acknowledged entry is ever lost, and a leader has them all', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const log = new ReplicatedLog(stores, { term: 1, index: 0 });
    let leader: number | undefined;
    let term = 1;
    const acknowledged = new Map<number, number>();
    for (const { act, who, to, entries } of steps) {
      const [store, other] = [stores[who] as number, stores[to] as number];
      if (act === 'elect') {
        const voters = stores.filter((each) => each !== store && log.isUpToDate(store, each));
        if (voters.length === 0) continue;
        log.elect(store, voters, ++term);
        leader = store;
        log.append(store, 1);
        expect(log.holdsCommitted(store)).toBe(true);
      } else if (act === 'crash') {
        log.crash(store);
        if (store === leader) leader = undefined;
      } else if (leader === undefined) continue;
      else if (act === 'append') log.append(leader, entries);
      else if (act === 'replicate' && other !== leader) log.replicate(leader, other, log.on(leader).last - entries);
      else if (act === 'persist') log.persist(other, entries);
      else if (act === 'commit') log.commit(leader, majority);
      acknowledged.set(log.committed.index, log.committed.term);
      for (const [index, of] of acknowledged) expect(stores.filter((id) => log.termAt(id, index) === of).length).toBeGreaterThanOrEqual(2);
    }
  }), { numRuns: 500, seed: 3 });
});
