import { describe, expect, test } from 'vitest';
import { healthyCluster, portsOf, stillClock, type FakeCluster } from '../fake-cluster.test-kit.ts';
import { tikv } from '../subject.ts';
import { observe } from '../observe.ts';

/** Looks at the healthy cluster after a change, and returns the keys of what is broken. */
async function broken(change: (cluster: FakeCluster) => void): Promise<string[]> {
  const observation = await after(change);
  return tikv.invariants.flatMap((invariant) => invariant.violations(observation).map(({ component }) => `${invariant.name}:${component}`));
}
const after = (change: (cluster: FakeCluster) => void) => {
  const cluster = healthyCluster();
  change(cluster);
  return observe(portsOf(cluster), stillClock);
};
const store = (cluster: FakeCluster, n: number) => cluster.stores[n - 1] ?? {};
const unknown = async (change: (cluster: FakeCluster) => void): Promise<string[]> => {
  const observation = await after(change);
  return tikv.invariants.filter(({ cannotTell }) => cannotTell?.(observation)).map(({ name }) => name);
};

test('a healthy cluster breaks no invariant, and every invariant can be judged', async () => {
  expect(await broken(() => {})).toEqual([]);
  expect(await unknown(() => {})).toEqual([]);
  expect((await after(() => {})).blind).toEqual([]);
});

test('the names are those that scenarios detect by, once each, with the agreed grace', () => {
  expect(Object.fromEntries(tikv.invariants.map(({ name, graceMs }) => [name, graceMs]))).toEqual({
    'store-down': 0, 'high-latency': 60_000, 'disk-usage': 0, 'store-slow': 5_000, 'departure-stalled': 15_000, 'telemetry-lost': 0,
    'control-plane-leaderless': 5_000, 'control-plane-member-down': 0, 'control-plane-slow': 30_000, 'clocks-differ': 5_000,
    'leader-imbalance': 60_000, 'region-imbalance': 60_000, 'hot-store': 60_000, 'under-replicated': 60_000, 'region-unavailable': 45_000,
  });
});

describe('departure-stalled', () => {
  const stalled = async (regionsBefore: number | undefined) => {
    const observation = await after((c) => Object.assign(store(c, 2), { state: 'Offline' }));
    const stores = observation.stores.map((each) => (each.node === 'tikv-2' && regionsBefore !== undefined ? { ...each, regionsBefore } : each));
    const regions = stores.find(({ node }) => node === 'tikv-2')?.regions ?? 0;
    const invariant = tikv.invariants.find(({ name }) => name === 'departure-stalled');
    return { regions, violations: invariant?.violations({ ...observation, stores }).map(({ component }) => component) };
  };

  test('a store that is to leave and keeps its regions is stuck, and one that gets emptier is not', async () => {
    const { regions } = await stalled(undefined);
    expect((await stalled(regions)).violations).toEqual(['tikv-2']);
    expect((await stalled(regions + 5)).violations).toEqual([]);
  });

  test('nothing is said before there is something to compare with', async () => {
    expect((await stalled(undefined)).violations).toEqual([]);
  });
});

describe('store-down', () => {
  test('a store that PD calls Disconnected is down, under the name of the inventory', async () => {
    expect(await broken((c) => Object.assign(store(c, 2), { state: 'Disconnected', heartbeatAgoMs: 24_000 }))).toEqual(['store-down:tikv-2']);
  });

  test('a store whose scrape fails is down before PD notices', async () => {
    expect(await broken((c) => Object.assign(store(c, 3), { up: false }))).toContain('store-down:tikv-3');
  });

  test('a store that PD keeps hearing while its scrapes fail is lost telemetry, not a lost store', async () => {
    expect(await broken((c) => Object.assign(store(c, 3), { up: false, dark: true }))).toEqual(['telemetry-lost:tikv-3']);
  });

  test('stores that a fresh PD leader has not heard yet are not down', async () => {
    const justElected = (c: FakeCluster) => {
      c.roles.minuteAgo = ['10.77.0.12:2379'];
      for (const each of c.stores) Object.assign(each, { state: 'Disconnected', capacity: '0B', available: '0B', heartbeatAgoMs: 250_000 });
    };
    expect(await broken(justElected)).toEqual([]);
    const notEvenScraped = (c: FakeCluster) => (justElected(c), (c.roles.now = []));
    expect(await broken(notEvenScraped)).toEqual([]);
    const successorOfALeaderThatStillLooksAlive = (c: FakeCluster) => (justElected(c), (c.roles.now = ['10.77.0.12:2379']));
    expect(await broken(successorOfALeaderThatStillLooksAlive)).toEqual([]);
  });

  test('a store that a settled PD leader still has not heard is down', async () => {
    expect(await broken((c) => Object.assign(store(c, 1), { state: 'Disconnected', capacity: '0B', heartbeatAgoMs: 250_000 }))).toEqual(['store-down:tikv-1']);
  });

  test('a PD leader that has heard no store says nothing about stores that nothing else watches', async () => {
    const deaf = (c: FakeCluster) => c.stores.forEach((each) => Object.assign(each, { state: 'Disconnected', capacity: '0B', heartbeatAgoMs: 250_000, up: undefined }));
    expect(await broken(deaf)).toEqual([]);
    expect(await broken((c) => (deaf(c), Object.assign(store(c, 1), { state: 'Up', capacity: '5GiB' })))).toEqual(['store-down:tikv-2', 'store-down:tikv-3']);
  });

  test('a store that joins is not down before its first heartbeat, though PD calls it Down', async () => {
    expect(await broken((c) => c.stores.push({ state: 'Down', capacity: '0B', available: '0B', leaders: 0, regions: 0, heartbeatAgoMs: Infinity, up: undefined }))).not.toContain('store-down:10.77.0.24:20160');
  });

  test('a store that is being removed is not missed', async () => {
    expect(await broken((c) => Object.assign(store(c, 2), { state: 'Offline', up: false }))).toEqual([]);
  });

  test('a scrape target that PD does not list as a store is none: it has not joined yet, or it has left', async () => {
    expect(await broken((c) => (c.inventory.push({ node: 'tikv-4', role: 'tikv', host: '10.77.0.24' }), (c.otherTargets = [{ job: 'tikv', instance: '10.77.0.24:20180', up: false }])))).toEqual([]);
  });

  test('without a PD leader a dead store is still seen through its scrape, and a live one is unknown', async () => {
    const leaderless = (c: FakeCluster) => {
      c.pd = 'redirect-failed';
      Object.assign(store(c, 2), { up: false });
    };
    expect(await broken(leaderless)).toEqual(['store-down:tikv-2', 'control-plane-leaderless:pd']);
    expect(await unknown(leaderless)).toContain('store-down');
  });
});

describe('performance', () => {
  test('one slow kind of request is enough for high-latency, and it is named', async () => {
    const observation = await after((c) => (store(c, 1).p99 = { raw_get: 0.004, raw_put: 0.19 }));
    const found = tikv.invariants.find(({ name }) => name === 'high-latency')?.violations(observation);
    expect(found).toEqual([{ component: 'tikv-1', value: 0.19, detail: 'tikv-1: raw_put p99 190 ms' }]);
  });

  test('a p99 of 99 ms is not high latency, nor is a kind of request that nobody sends', async () => {
    expect(await broken((c) => (store(c, 1).p99 = { raw_put: 0.099, kv_get: Number.NaN }))).toEqual([]);
  });

  test('a kind of request that comes once in a while says nothing about latency', async () => {
    expect(await broken((c) => ((store(c, 1).p99 = { raw_put: 0.011, kv_commit: 0.9 }), (c.thin = ['kv_commit'])))).toEqual([]);
  });

  test('a percentile beyond the largest bucket counts', async () => {
    expect(await broken((c) => (store(c, 1).p99 = { raw_put: Infinity }))).toEqual(['high-latency:tikv-1']);
  });

  test('a slow score of 80 is a slow store, 79 is not', async () => {
    expect(await broken((c) => (store(c, 2).slowScore = 80))).toEqual(['store-slow:tikv-2']);
    expect(await broken((c) => (store(c, 2).slowScore = 79))).toEqual([]);
  });

  test('a disk above 70 % is reported, one at 69 % is not', async () => {
    expect(await broken((c) => Object.assign(store(c, 2), { capacity: '100GiB', available: '29GiB' }))).toEqual(['disk-usage:tikv-2']);
    expect(await broken((c) => Object.assign(store(c, 2), { capacity: '100GiB', available: '31GiB' }))).toEqual([]);
  });
});

describe('control plane', () => {
  test.each(['redirect-failed', 'no-leader', 'refuses'] as const)('PD that %s is leaderless, which is a finding and not blindness', async (pd) => {
    const observation = await after((c) => (c.pd = pd));
    expect(observation.blind).toEqual([]);
    expect(await broken((c) => (c.pd = pd))).toContain('control-plane-leaderless:pd');
  });

  test('PD that hangs is leaderless where no member claims to lead', async () => {
    expect(await broken((c) => Object.assign(c, { pd: 'hangs', roles: { now: [], minuteAgo: ['10.77.0.11:2379'] }, membersUp: [false, true, true] }))).toEqual(['control-plane-leaderless:pd', 'control-plane-member-down:pd-1']);
  });

  test('PD that hangs for us while its metrics show a leader is something we cannot see', async () => {
    const observation = await after((c) => (c.pd = 'hangs'));
    expect(observation.blind).toEqual([{ what: 'PD', because: 'PD did not answer within 5000 ms' }]);
    expect(await broken((c) => (c.pd = 'hangs'))).toEqual([]);
    expect(await unknown((c) => (c.pd = 'hangs'))).toContain('control-plane-leaderless');
  });

  test('neither PD nor Prometheus in sight is blindness about both', async () => {
    const observation = await after((c) => Object.assign(c, { pd: 'hangs', prometheus: 'refuses' }));
    expect(observation.blind.map(({ what }) => what)).toEqual(['PD', 'metrics']);
  });

  test.each(['garbage', 'not-found'] as const)('an address that answers %s is not PD, so we are blind', async (pd) => {
    expect((await after((c) => (c.pd = pd))).blind).toMatchObject([{ what: 'PD' }]);
  });

  test('Prometheus that cannot be reached, or scrapes nothing, is blindness even while PD answers', async () => {
    expect((await after((c) => (c.prometheus = 'refuses'))).blind).toMatchObject([{ what: 'metrics' }]);
    expect((await after((c) => (c.prometheus = 'empty'))).blind).toMatchObject([{ what: 'metrics' }]);
  });

  test('a member that the others call unhealthy is down, by its own name', async () => {
    expect(await broken((c) => Object.assign(c, { health: [true, true, false], membersUp: [true, true, false] }))).toEqual(['control-plane-member-down:pd-3']);
  });

  test('without a PD leader and without an inventory, dead members are still named, by the health check of the living', async () => {
    expect(await broken((c) => Object.assign(c, { pd: 'redirect-failed', health: [false, true, false], inventory: [], membersUp: [] }))).toEqual([
      'control-plane-leaderless:pd', 'control-plane-member-down:10.77.0.11:2379', 'control-plane-member-down:10.77.0.13:2379',
    ]);
  });

  test('a member that answers the others is alive even when its scrape fails', async () => {
    expect(await broken((c) => (c.membersUp = [true, true, false]))).toEqual([]);
  });

  test('a member whose log takes more than 250 ms to the disk is slow', async () => {
    expect(await broken((c) => (c.fsync = [0.004, 0.251, 0.004]))).toEqual(['control-plane-slow:pd-2']);
    expect(await broken((c) => (c.fsync = [0.004, 0.249, Number.NaN]))).toEqual([]);
  });

  test('a clock that is more than a second off is named by its node, whichever way', async () => {
    expect(await broken((c) => (c.clocks = { '10.77.0.12': -60, '10.77.0.21': 0.9, '10.77.0.22': 1.1 }))).toEqual(['clocks-differ:pd-2', 'clocks-differ:tikv-2']);
  });

  test('a cluster that no store has joined yet has a leader and nothing to complain about', async () => {
    expect(await broken((c) => Object.assign(c, { pd: 'not-bootstrapped', stores: [], inventory: c.inventory.filter(({ role }) => role === 'pd') }))).toEqual([]);
  });
});

describe('regions', () => {
  const leaders = (c: FakeCluster, ...counts: number[]) => counts.forEach((count, i) => (store(c, i + 1).leaders = count));

  test('a store without leaders stands out, its neighbours do not', async () => {
    expect(await broken((c) => leaders(c, 0, 53, 53))).toEqual(['leader-imbalance:tikv-1']);
  });

  test('a gap that PD leaves alone is balanced', async () => {
    expect(await broken((c) => leaders(c, 30, 36, 40))).toEqual([]);
  });

  test('a dead store is not out of balance', async () => {
    expect(await broken((c) => (leaders(c, 53, 0, 53), Object.assign(store(c, 2), { state: 'Disconnected' })))).toEqual(['store-down:tikv-2']);
  });

  test('a store that somebody wants to lead half as much, or nothing, is not out of balance when it does', async () => {
    const weighted = (weight: number, ...counts: number[]) => broken((c) => (leaders(c, ...counts), (store(c, 1).weight = weight)));
    expect(await weighted(0.5, 21, 43, 42)).toEqual([]);
    expect(await weighted(0, 0, 53, 53)).toEqual([]);
    expect(await weighted(2, 36, 36, 34)).toEqual(['leader-imbalance:tikv-1']);
  });

  test('TiFlash leads nothing, serves no requests of TiKV, and is no store that is out of balance or away', async () => {
    expect(await broken((c) => c.stores.push({ leaders: 0, regions: 12, ownLeaders: 0, up: undefined, labels: { engine: 'tiflash' } }))).toEqual([]);
  });

  test('an empty fourth store is a region imbalance; with three stores there is none', async () => {
    const fourth = { leaders: 26, regions: 1, ownLeaders: 0 };
    expect(await broken((c) => c.stores.push(fourth))).toEqual(['region-imbalance:10.77.0.24:20160']);
    expect(await broken((c) => (store(c, 1).regions = 1))).toEqual([]);
  });

  test('a store that serves most requests alone is hot; an uneven load, an idle cluster and the two survivors of three are not', async () => {
    const rates = (c: FakeCluster, ...each: number[]) => each.forEach((rate, i) => (store(c, i + 1).rate = rate));
    expect(await broken((c) => rates(c, 4_220, 138, 164))).toEqual(['hot-store:tikv-1']);
    expect(await broken((c) => rates(c, 300, 150, 130))).toEqual([]);
    expect(await broken((c) => rates(c, 40, 1, 1))).toEqual([]);
    expect(await broken((c) => (rates(c, 336, 0, 238), Object.assign(store(c, 2), { up: false, state: 'Disconnected', leaders: 0 }), (c.totalRegions = 70)))).toEqual(['store-down:tikv-2']);
  });

  test('missing, down and pending replicas are one finding with its numbers', async () => {
    const observation = await after((c) => (c.checks = { miss: 0, down: 3, pending: 36 }));
    expect(tikv.invariants.flatMap((invariant) => invariant.violations(observation))).toEqual([{ component: 'cluster', value: 36, detail: 'regions with replicas down: 3, pending: 36' }]);
  });

  test('checks that this PD does not have leave replication to the others', async () => {
    expect(await broken((c) => (c.checks = { pending: 2 }))).toEqual(['under-replicated:cluster']);
  });

  test('regions that no live store leads are unavailable, though PD still shows their old leaders', async () => {
    const majorityLost = (c: FakeCluster) => {
      for (const n of [1, 2]) Object.assign(store(c, n), { up: false, state: 'Disconnected' });
      Object.assign(store(c, 3), { ownLeaders: 4 });
    };
    expect(await broken(majorityLost)).toEqual(['store-down:tikv-1', 'store-down:tikv-2', 'region-unavailable:cluster']);
  });

  test('a live store whose metrics cannot be seen makes availability unknown, not lost', async () => {
    const dark = (c: FakeCluster) => Object.assign(store(c, 3), { up: false, dark: true });
    expect(await broken(dark)).not.toContain('region-unavailable:cluster');
    expect(await unknown(dark)).toEqual(['region-unavailable']);
  });
});
