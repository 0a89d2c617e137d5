import { expect, test } from 'vitest';
import { healthyCluster, portsOf, stillClock } from './fake-cluster.test-kit.ts';
import { parseBody, membersBody } from './bodies.ts';
import { observe } from './observe.ts';
import { signals } from './signals.ts';
import { tikv } from './subject.ts';

const namesOf = async (cluster = healthyCluster()) => {
  const { topology } = await observe(portsOf(cluster), stillClock);
  return Object.fromEntries(topology.nodes.map(({ id, aliases }) => [id, aliases]));
};

test('a store is known by its inventory name, and by every other name that PD, Prometheus and people use', async () => {
  const names = await namesOf();
  expect(names['tikv-2']).toEqual(['10.77.0.22:20160', '10.77.0.22:20180', 'store-1', '10.77.0.22']);
  expect(names['pd-1']).toEqual(['10.77.0.11:2379', '1', '10.77.0.11']);
});

test('what no inventory lists goes by its address', async () => {
  const names = await namesOf({ ...healthyCluster(), inventory: [] });
  expect(Object.keys(names).toSorted()).toEqual(['10.77.0.11:2379', '10.77.0.12:2379', '10.77.0.13:2379', '10.77.0.21:20160', '10.77.0.22:20160', '10.77.0.23:20160']);
  expect(names['10.77.0.11:2379']).toContain('pd-1');
});

test('without a PD leader the topology is what the inventory lists', async () => {
  expect(Object.keys(await namesOf({ ...healthyCluster(), pd: 'no-leader' })).toSorted()).toEqual(['pd-1', 'pd-2', 'pd-3', 'tikv-1', 'tikv-2', 'tikv-3']);
});

test('nodes that share a host are told apart by their ports, never merged', async () => {
  const cluster = healthyCluster();
  cluster.inventory = cluster.inventory.map((node) => ({ ...node, host: '127.0.0.1' }));
  const { topology, stores } = await observe(portsOf(cluster), stillClock);
  expect(stores.filter(({ storeId }) => storeId !== undefined).map(({ node }) => node)).toEqual(['10.77.0.21:20160', '10.77.0.22:20160', '10.77.0.23:20160']);
  expect(topology.nodes.find(({ id }) => id === 'tikv-1')?.aliases).toEqual([]);
});

test('a look carries what PD and the store say: disk, leaders, the slowest kind of request', async () => {
  const { stores, members, controlPlane } = await observe(portsOf(healthyCluster()), stillClock);
  expect(stores[0]).toMatchObject({ node: 'tikv-1', storeId: 4, state: 'Up', leaders: 36, regions: 106, ownLeaders: 36, scraped: true, latency: { type: 'raw_put', p99Seconds: 0.011 } });
  expect(stores[0]?.diskUsed).toBeCloseTo(0.1314, 3);
  expect(members.map(({ node, leader, healthy }) => [node, leader, healthy])).toEqual([['pd-1', true, true], ['pd-2', false, true], ['pd-3', false, true]]);
  expect(controlPlane).toEqual({ state: 'leading', detail: 'pd-1 leads', settled: true });
});

test('where scrapes are a minute apart, latency is taken from a longer window instead of being lost', async () => {
  const { stores } = await observe(portsOf({ ...healthyCluster(), scrapesAreRare: true }), stillClock);
  expect(stores[0]?.latency).toEqual({ type: 'raw_put', p99Seconds: 0.011 });
});

test('member ids keep all their 64 bits, and are known as metrics write them too', async () => {
  const body = '{"members":[{"name":"pd-1","member_id":13817025920978715358,"client_urls":["http://pd-1:2379"]}],"leader":null}';
  const parsed = parseBody(membersBody, body);
  expect(parsed.ok && parsed.value.members[0]?.member_id).toBe('13817025920978715358');
});

test('signals, actions and snapshot requests have no doubles', () => {
  for (const names of [signals.map(({ id }) => id), tikv.actions.map(({ name }) => name), tikv.snapshot.map((each) => JSON.stringify(each))]) expect(new Set(names).size).toBe(names.length);
});
