import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/kernel/clock.ts';
import { wallClock } from '../../../src/kernel/wall-clock.ts';
import { StandIn } from './stand-in.test-kit.ts';
import { TikvClient } from './tikv-client.ts';

/** Waits a small part of what it is asked to, so that back-offs of seconds do not take seconds; keeps what was asked. */
class HurryingClock implements Clock {
  readonly slept: number[] = [];
  now = wallClock.now;
  sleep: Clock['sleep'] = (spanMs, signal) => {
    this.slept.push(spanMs);
    return wallClock.sleep(spanMs / 200, signal);
  };
}

let world: StandIn;
let clock: HurryingClock;
let client: TikvClient;
beforeEach(async () => {
  world = await StandIn.start();
  clock = new HurryingClock();
  client = new TikvClient({ endpoints: world.endpoints, seed: 1 }, clock);
  expect(await client.connect(5_000)).toBeUndefined();
});
afterEach(async () => {
  client[Symbol.dispose]();
  await world[Symbol.asyncDispose]();
});

const key = (text: string) => Buffer.from(text);
const put = (text: string) => client.write(key(text), key(`value of ${text}`));

describe('raw reads and writes', () => {
  test('what was written lies in the store, and PD is asked for the region once', async () => {
    for (const name of ['a', 'b', 'c']) expect(await put(name)).toEqual({ code: 'ok', retries: 0 });
    expect(await client.read(key('a'))).toEqual({ code: 'ok', retries: 0 });
    expect(world.data.get('b')?.toString()).toBe('value of b');
    expect(world.asked.pd.filter((what) => what.startsWith('GetRegion'))).toHaveLength(1);
  });

  test('a key that is not there is an answer, not an error', async () => expect(await client.read(key('nothing'))).toEqual({ code: 'ok', retries: 0 }));
});

describe('what stores refuse', () => {
  test('not_leader with a name: the leader is asked at once, without waiting, and remembered', async () => {
    await put('a');
    world.regions[0]!.leaderStore = '3';
    clock.slept.length = 0;
    expect(await put('a')).toEqual({ code: 'ok', retries: 1 });
    expect(await put('a')).toEqual({ code: 'ok', retries: 0 });
    expect(clock.slept).toEqual([]);
  });

  test('not_leader without a name: the others are tried, a little later each time', async () => {
    await put('a');
    Object.assign(world.regions[0]!, { leaderStore: '3', hidesLeader: true });
    clock.slept.length = 0;
    expect(await put('a')).toMatchObject({ code: 'ok' });
    expect(clock.slept.slice(0, 2)).toEqual([2, 4]);
  });

  test('nobody leads: it is tried for 20 s of waiting and then given up as not_leader', async () => {
    Object.assign(world.regions[0]!, { leaderStore: undefined, hidesLeader: true });
    const outcome = await put('a');
    expect(outcome.code).toBe('not_leader');
    expect(outcome.retries).toBeGreaterThan(30);
    const waitedMs = clock.slept.reduce((sum, spanMs) => sum + spanMs, 0);
    expect(waitedMs).toBeGreaterThanOrEqual(20_000);
    expect(waitedMs).toBeLessThan(22_000);
  });

  test('a split: the new regions are learned from the refusal, and PD is not asked', async () => {
    await put('a');
    const before = world.asked.pd.length;
    world.regions.splice(0, 1, { id: '2', start: '', end: 'm', version: 2, leaderStore: '1' }, { id: '9', start: 'm', end: '', version: 2, leaderStore: '1' });
    expect(await put('z')).toEqual({ code: 'ok', retries: 1 });
    expect(await put('a')).toEqual({ code: 'ok', retries: 0 });
    expect(world.asked.pd).toHaveLength(before);
  });

  test('server_is_busy: waited for seconds, then served', async () => {
    await put('a');
    world.refuse('1', { server_is_busy: { reason: 'write stall' } });
    clock.slept.length = 0;
    expect(await put('a')).toEqual({ code: 'ok', retries: 1 });
    expect(clock.slept[0]).toBeGreaterThanOrEqual(1_000);
    expect(clock.slept[0]).toBeLessThanOrEqual(2_000);
  });

  test('a store that stays busy ends the request with that word', async () => {
    world.refuse('1', { server_is_busy: { reason: 'write stall' } }, 100);
    expect(await put('a')).toMatchObject({ code: 'server_is_busy' });
  });

  test('a full disk ends it as disk_full, and reads elsewhere go on', async () => {
    world.refuse('1', { disk_full: {} }, 100);
    expect(await put('a')).toMatchObject({ code: 'disk_full' });
  });

  test.each(['region_not_found', 'store_not_match', 'key_not_in_region', 'stale_command', 'read_index_not_ready'])('%s once: found again', async (refusal) => {
    await put('a');
    world.refuse('1', { [refusal]: {} });
    expect(await put('a')).toMatchObject({ code: 'ok', retries: 1 });
  });

  test('two stores that point at each other do not keep it busy for ever', async () => {
    world.refuse('1', { not_leader: { leader: { id: '202', store_id: '2' } } }, 15);
    world.refuse('2', { not_leader: { leader: { id: '201', store_id: '1' } } }, 15);
    expect(await put('a')).toMatchObject({ code: 'ok' });
    expect(world.asked.stores.length).toBeLessThan(45);
  });
});

describe('what dies', () => {
  test('a killed store: requests wait, and go through when another leads', async () => {
    await put('a');
    world.killStore('1');
    const waiting = put('a');
    await wallClock.sleep(30);
    world.regions[0]!.leaderStore = '2';
    const outcome = await waiting;
    expect(outcome.code).toBe('ok');
    expect(outcome.retries).toBeGreaterThan(0);
  });

  test('a store that comes back under its address is used again', async () => {
    await put('a');
    const address = world.killStore('1');
    const waiting = put('a');
    await world.startStore('1', address);
    expect(await waiting).toMatchObject({ code: 'ok' });
  });

  test('PD changes its leader: the new one is found', async () => {
    await put('a');
    world.pdLeader = 1;
    world.refuse('1', { region_not_found: {} });
    expect(await put('a')).toMatchObject({ code: 'ok' });
    expect(world.asked.pd.at(-1)).toBe('GetRegion@1');
  });

  test('without PD what is remembered still works, and what is not ends as pd_unavailable', async () => {
    await put('a');
    world.killPd(0);
    world.killPd(1);
    expect(await put('a')).toEqual({ code: 'ok', retries: 0 });
    world.refuse('1', { region_not_found: {} });
    expect(await put('a')).toMatchObject({ code: 'pd_unavailable' });
  });
});

describe('timestamps', () => {
  test('flow ten times a second, fail while PD has no leader, and flow again with the next', async () => {
    // In real time: its patience is three seconds, and a small part of that is less than a busy machine needs.
    using patient = new TikvClient({ endpoints: world.endpoints, seed: 1 }, wallClock);
    const seen: boolean[] = [];
    patient.accompany((kind, { ok }) => kind === 'tso' && seen.push(ok));
    await until(() => seen.filter(Boolean).length >= 3);
    world.pdLeader = -1;
    world.endStreams();
    await until(() => seen.at(-1) === false);
    world.pdLeader = 1;
    await until(() => seen.at(-1) === true);
    expect(seen.indexOf(false)).toBeGreaterThan(0);
  });
});

async function until(met: () => boolean): Promise<void> {
  for (let i = 0; i < 2_000 && !met(); i++) await wallClock.sleep(5);
  expect(met()).toBe(true);
}

test('addresses where no PD is: one sentence that names them', async () => {
  using lost = new TikvClient({ endpoints: ['127.0.0.1:1'], seed: 1 }, new HurryingClock());
  expect(await lost.connect(0)).toMatchObject({ code: 'LAB_LOAD_CONNECT', because: expect.stringContaining('127.0.0.1:1') as string });
});
