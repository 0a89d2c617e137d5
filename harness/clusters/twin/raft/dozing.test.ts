import { expect, test } from 'vitest';
import { Random } from '../../../../src/kernel/random.ts';
import { followerAwake, leaderAwake, toldByHeartbeat } from './dozing.ts';

/*
 * The twin knows which share of its time a replica is awake. Here a leader and a follower are lived tick by tick and request by request, by the rules of
 * `hibernate-regions`, and the two shares are held against that.
 */
const regions = 100;
const seconds = 3_000;

interface Awake {
  readonly leader: number;
  readonly follower: number;
}

/** One region: a request wakes the leader, a write or a heartbeat the follower; the leader's looks begin anew when it wakes. */
function live(random: Random, readsPerSecond: number, writesPerSecond: number): Awake {
  const next = (perSecond: number) => (perSecond === 0 ? Infinity : -Math.log(1 - random.unit()) / perSecond);
  let [read, write, leaderTick, followerTick] = [next(readsPerSecond), next(writesPerSecond), random.unit(), random.unit()];
  let [leads, follows, asked, ticks] = [true, true, false, random.below(10)];
  let [now, leader, follower] = [0, 0, 0];
  while (now < seconds) {
    const then = Math.min(read, write, leaderTick, followerTick);
    leader += leads ? then - now : 0;
    follower += follows ? then - now : 0;
    now = then;
    if (now === followerTick) [follows, followerTick] = [false, now + 1];
    else if (now === leaderTick) {
      leaderTick = now + 1;
      if (!leads) continue;
      ticks++;
      if (ticks % 2 === 0) follows = true;
      // It asks, and at the next look it sleeps if no request came in between.
      if (ticks % 10 === 0) [leads, asked] = [!asked, true];
    } else {
      if (!leads) leaderTick = now + 1;
      [leads, asked] = [true, false];
      // A read wakes a sleeping region, and goes round the group only then.
      if (now === write) [follows, write] = [true, now + next(writesPerSecond)];
      else read = now + next(readsPerSecond);
    }
  }
  return { leader: leader / seconds, follower: follower / seconds };
}

function shares(readsPerSecond: number, writesPerSecond: number): Awake {
  const random = Random.fromSeed(7);
  const lived = Array.from({ length: regions }, () => live(random, readsPerSecond, writesPerSecond));
  const mean = (of: (one: Awake) => number) => lived.reduce((sum, one) => sum + of(one), 0) / regions;
  return { leader: mean((one) => one.leader), follower: mean((one) => one.follower) };
}

test.for([0.002, 0.01, 0.03, 0.1, 0.3, 1, 3])('a region with %d requests a second, two of five of them writes, is awake as long as its requests keep it', (rate) => {
  const writes = 0.4 * rate;
  const lived = shares(rate - writes, writes);
  const leader = leaderAwake(rate);
  expect(Math.abs(leader - lived.leader)).toBeLessThan(0.02);
  expect(Math.abs(followerAwake(writes, leader) - lived.follower)).toBeLessThan(0.02);
});

/** The share of a region's entries after which a heartbeat comes before the next entry. */
function lastBeforeHeartbeat(random: Random, entriesPerSecond: number): number {
  let [now, entries, last] = [0, 0, 0];
  while (entries < 20_000) {
    const then = now - Math.log(1 - random.unit()) / entriesPerSecond;
    if (Math.floor(then / 2) > Math.floor(now / 2)) last++;
    entries++;
    now = then;
  }
  return last / entries;
}

test.for([0.01, 0.1, 1, 3, 30])('of %d entries a second to a region, a follower learns from a heartbeat of those that no other entry follows in time', (rate) => {
  expect(Math.abs(toldByHeartbeat(rate) - lastBeforeHeartbeat(Random.fromSeed(7), rate))).toBeLessThan(0.02);
});

test('nobody is awake where nobody asks, and a very hot region is awake everywhere', () => {
  expect([leaderAwake(0), followerAwake(0, 0)]).toEqual([0, 0]);
  expect(leaderAwake(1_000)).toBe(1);
  expect(followerAwake(1_000, 1)).toBeGreaterThan(0.99);
});

test('a follower that only hears heartbeats is awake for a quarter of its time', () => {
  expect(followerAwake(0, 1)).toBeCloseTo(0.25, 3);
});
