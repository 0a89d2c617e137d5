import { beforeAll, describe, expect, test } from 'vitest';
import { ok } from '../../../src/kernel/result.ts';
import type { HttpRequest, Transport } from '../../../src/ports/http.ts';
import { smallSpec, TestCluster } from '../../clusters/twin/cluster.fixture.ts';
import type { AskNode, PlannedNode } from '../contract.ts';
import { tikv } from './deployment.ts';

const nodes: PlannedNode[] = [
  ...[1, 2, 3].map((n): PlannedNode => ({ id: `pd-${n}`, role: 'pd', host: `pd-${n}`, ports: { main: 2379, peer: 2380 }, dataDir: '/d' })),
  ...[1, 2, 3].map((n): PlannedNode => ({ id: `tikv-${n}`, role: 'tikv', host: `tikv-${n}`, ports: { main: 20160, status: 20180 }, dataDir: '/d' })),
];

describe("a deployment against the twin's PD", () => {
  let lab: TestCluster;
  let ask: AskNode;
  beforeAll(async () => {
    lab = await TestCluster.start();
    ask = (node) => (request) => lab.cluster.ports.controlPlane.request({ ...request, node });
  });

  test('a healthy cluster is settled, each node is known by its numbers, and one member leads', async () => {
    expect(await tikv.settled(nodes, ask)).toEqual(ok(undefined));
    const identities = await tikv.identify(nodes, ask);
    for (const node of lab.cluster.nodes()) {
      const aliases = identities.get(node.id)?.aliases ?? [];
      expect(aliases).toEqual(expect.arrayContaining(node.aliases.filter((alias) => /^(store|\d|[0-9a-f]{12})/.test(alias))));
      expect(identities.get(node.id)?.leads ?? false).toBe(node.leads ?? false);
    }
  });

  test('a PD that knows a leader is ready', async () => {
    expect(await tikv.ready(nodes[0]!, ask)).toEqual(ok(undefined));
  });

  test.each([['schedulers/evict-leader-scheduler-tikv-2', null, true], ['schedulers/balance-leader-scheduler', true, null], ['schedule/leader-schedule-limit', 4, 0],
    ['replication/isolation-level', '', 'zone'], ['replication/location-labels', '', 'zone'], ['tikv/tikv-3/storage.block-cache.capacity', '256MiB', '32MiB']] as const)(
    '%s is changed and changed back, and the twin and PD agree on it each time', async (key, before, after) => {
      const config = tikv.config!(nodes, ask);
      for (const value of [after, before]) {
        await config.write(key, value);
        expect([await config.read(key), await lab.controls.config.read(key)]).toEqual([value, value]);
      }
    });

  test('a store is told to leave and called back, where enough of them are left', async () => {
    const wide = await TestCluster.start(1, { ...smallSpec, roles: { pd: 3, tikv: 4 } });
    const config = tikv.config!(nodes, (node) => (request) => wide.cluster.ports.controlPlane.request({ ...request, node }));
    for (const value of ['Offline', 'Up']) {
      await config.write('stores/tikv-2', value);
      expect([await config.read('stores/tikv-2'), await wide.controls.config.read('stores/tikv-2')]).toEqual([value, value]);
    }
    await expect(tikv.config!(nodes, ask).write('stores/tikv-2', 'Offline')).rejects.toMatchObject({ failure: { because: expect.stringContaining('ErrStoresNotEnough') } });
  });

  test("PD's leader makes room for whoever is named, or for anybody else", async () => {
    const own = await TestCluster.start();
    const config = tikv.config!(nodes, (node) => (request) => own.cluster.ports.controlPlane.request({ ...request, node }));
    const former = String(await config.read('leader/pd'));
    await config.write('leader/pd', former);
    expect(await own.log({ contains: 'try to resign' })).toEqual([]);
    await config.write('leader/pd', null);
    await own.pass(1);
    expect(await config.read('leader/pd')).not.toBe(former);
    await config.write('leader/pd', former);
    await own.pass(1);
    expect([await config.read('leader/pd'), await own.controls.config.read('leader/pd')]).toEqual([former, former]);
  });

  test('a placement rule is added and removed', async () => {
    const config = tikv.config!(nodes, ask);
    const rule = { role: 'follower', count: 1, start_key: '', end_key: '', label_constraints: [{ key: 'zone', op: 'in', values: ['archive'] }] };
    await config.write('rules/dr/copy', rule);
    expect([await config.read('rules/dr/copy'), await lab.controls.config.read('rules/dr/copy')]).toMatchObject([rule, rule]);
    await config.write('rules/dr/copy', null);
    expect([await config.read('rules/dr/copy'), await lab.controls.config.read('rules/dr/copy')]).toEqual([null, null]);
  });

  test('a store that nobody runs is named with those that there are', async () => {
    const config = tikv.config!(nodes, ask);
    for (const key of ['stores/tikv-9', 'tikv/tikv-9/log.level']) await expect(config.read(key)).rejects.toMatchObject({ exitCode: 2, failure: { advice: expect.stringContaining('tikv-1, tikv-2, tikv-3') } });
  });

  test('writing what is there already is no call, so PD\'s log tells only of changes', async () => {
    const seen: HttpRequest[] = [];
    const watching: AskNode = (node) => (request) => (seen.push(request), ask(node)(request));
    await tikv.config!(nodes, watching).write('schedulers/balance-region-scheduler', true);
    expect(seen.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('a key of no section is a usage error that names the sections', async () => {
    await expect(tikv.config!(nodes, ask).read('quota')).rejects.toMatchObject({ exitCode: 2, failure: { advice: 'use schedule/<name>, replication/<name>, schedulers/<name>, stores/<name>, rules/<name>, leader/<name>, tikv/<name>' } });
  });
});

describe('a cluster that is not there yet', () => {
  const answering = (answers: Record<string, unknown>): AskNode => () => async ({ path }) => ok({ status: 200, body: JSON.stringify(answers[path.replace('/pd/api/v1', '')] ?? null) });
  const store = (n: number, state: string) => ({ store: { id: n, address: `tikv-${n}:20160`, state_name: state } });
  const up = { '/stores': { stores: [1, 2, 3].map((n) => store(n, 'Up')) }, '/cluster/status': { is_initialized: true }, '/regions/check/miss-peer': { count: 0 }, '/regions/check/pending-peer': { count: 0 } };

  test.each([
    ['a store is missing', { ...up, '/stores': { stores: [store(1, 'Up'), store(2, 'Disconnected')] } }, '1 of 3 stores are Up'],
    ['replicas are still made', { ...up, '/cluster/status': { is_initialized: false } }, 'the first regions do not have all their replicas yet'],
    ['a region misses a peer', { ...up, '/regions/check/miss-peer': { count: 2 } }, '2 regions are miss-peer'],
  ])('%s: said in words', async (_, answers, because) => {
    expect(await tikv.settled(nodes, answering(answers))).toMatchObject({ ok: false, failure: { because } });
  });

  test('no PD leader: not ready', async () => {
    expect(await tikv.ready(nodes[0]!, answering({}))).toMatchObject({ ok: false, failure: { because: 'pd-1 knows no PD leader' } });
  });

  test('PD\'s own words are in the failure', async () => {
    const refusing: Transport = async () => ok({ status: 500, body: '"[PD:cluster:ErrNotBootstrapped]TiKV cluster not bootstrapped, please start TiKV first"' });
    expect(await tikv.settled(nodes, () => refusing)).toMatchObject({ ok: false, failure: { because: expect.stringContaining('please start TiKV first') as string } });
  });

  test('one region is split at the keys where clients will come, and its parts are scattered', async () => {
    let count = 1;
    const asked: HttpRequest[] = [];
    const pd: Transport = async (request) => {
      asked.push(request);
      if (request.path.endsWith('/regions/split')) count = 3;
      return ok({ status: 200, body: JSON.stringify({ count, regions: [{ id: 1 }, { id: 2 }, { id: 3 }] }) });
    };
    const keys = [Buffer.from('key-3'), Buffer.from('key-6')];
    expect(await tikv.prepare!(nodes, () => pd, keys)).toEqual(ok(undefined));
    const bodies = asked.flatMap(({ body }) => (body === undefined ? [] : [JSON.parse(body) as unknown]));
    expect(bodies).toEqual([{ split_keys: ['6B65792D33', '6B65792D36'], retry_limit: 5 }, ...[1, 2, 3].map((id) => ({ name: 'scatter-region', region_id: id }))]);
    expect(await tikv.prepare!(nodes, () => pd, keys)).toEqual(ok(undefined));
    expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(4);
  });
});
