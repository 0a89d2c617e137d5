import { describe, expect, test } from 'vitest';
import { orThrow } from '../../../../../src/kernel/result.ts';
import { smallSpec } from '../../cluster.fixture.ts';
import { lawfulWorld } from '../../laws/laws.ts';
import type { World } from '../../world.ts';
import { askMember } from './router.ts';

const spec = { ...smallSpec, roles: { pd: 3, tikv: 4 }, regions: 24, load: { ...smallSpec.load, ratePerSecond: 100, keys: 'uniform' } } as const;

function ask(world: World, method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): { readonly status: number; readonly body: unknown } {
  const [route = '', query] = path.split('?');
  const answer = orThrow(askMember(world, world.pd.members.serving!, { method, path: `/pd/api/v1${route}`, query: Object.fromEntries(new URLSearchParams(query)), body: JSON.stringify(body ?? null) }));
  return { status: answer.status, body: JSON.parse(answer.body) as unknown };
}

function ready(seed: number): World {
  const { world } = lawfulWorld(spec, seed);
  world.engine.runTo(world.engine.nowMs + 5_000);
  return world;
}

const pass = (world: World, seconds: number): void => world.engine.runTo(world.engine.nowMs + seconds * 1_000);
const order = (world: World, body: object) => ask(world, 'POST', '/operators', body);

describe('an administrator', () => {
  test('hands a leader over, moves a replica and takes the order back', () => {
    const world = ready(1);
    const region = world.regions.find(({ peers, sizeMib }) => peers.length === 3 && sizeMib > 30)!;
    const heir = region.peers.find(({ storeId }) => storeId !== region.leader)!.storeId;
    expect(order(world, { name: 'transfer-leader', region_id: region.id, to_store_id: heir })).toEqual({ status: 200, body: 'The operator is created.' });
    pass(world, 1);
    expect(region.leader).toBe(heir);
    const spare = world.stores.find(({ id }) => region.peers.every(({ storeId }) => storeId !== id))!.id;
    expect(order(world, { name: 'transfer-peer', region_id: region.id, from_store_id: heir, to_store_id: spare }).status).toBe(200);
    expect(ask(world, 'GET', '/operators?kind=admin&object=true').body).toMatchObject([{ desc: 'admin-move-peer', region_id: region.id, kind: 'admin,region,leader' }]);
    expect(order(world, { name: 'transfer-leader', region_id: region.id, to_store_id: heir }).status).toBe(500);
    pass(world, 10);
    expect(region.leader).toBe(spare);
    expect(region.peers.map(({ storeId }) => storeId)).not.toContain(heir);
    expect(order(world, { name: 'remove-peer', region_id: region.id, store_id: spare }).status).toBe(200);
    expect(ask(world, 'DELETE', `/operators/${region.id}`).body).toBe('The pending operator is canceled.');
    expect(ask(world, 'GET', '/operators').body).toEqual([]);
  });

  test('merges two neighbours where PD itself would not', () => {
    const world = ready(2);
    const [source, target, other] = world.index.byKey.items.slice(3, 6);
    expect(order(world, { name: 'merge-region', source_region_id: source!.id, target_region_id: other!.id }).status).toBe(500);
    expect(order(world, { name: 'merge-region', source_region_id: source!.id, target_region_id: target!.id }).status).toBe(200);
    pass(world, 20);
    expect(world.regions).not.toContain(source);
    expect(world.pd.operators.records.map(({ operator }) => operator.scheduler)).toContain('admin-merge-region');
  });

  test('scatters what one store leads alone over all of them', () => {
    const world = ready(7);
    const [one] = world.stores;
    ask(world, 'POST', '/schedulers/all', { delay: 3_600 });
    for (const region of world.regions.filter(({ peers }) => peers.some(({ storeId }) => storeId === one!.id))) world.raft.handOver.onOrder(region, one!.id);
    pass(world, 1);
    const regions = [...world.index.of(one!.id).led.items];
    expect(regions.length).toBeGreaterThan(12);
    const call = () => ask(world, 'POST', '/regions/scatter', { regions_id: regions.map(({ id }) => id) });
    expect(call()).toEqual({ status: 200, body: { 'processed-percentage': 100 } });
    for (let n = 0; n < 5; n++) {
      pass(world, 60);
      call();
    }
    pass(world, 60);
    const leads = world.stores.map(({ id }) => regions.filter(({ leader }) => leader === id).length);
    expect(Math.max(...leads) - Math.min(...leads)).toBeLessThanOrEqual(3);
    for (const { peers } of regions) expect(peers.map(({ role }) => role)).toEqual([undefined, undefined, undefined]);
  });

  test('is told what was wrong', () => {
    const world = ready(3);
    const id = world.regions[0]!.id;
    expect([
      order(world, {}), order(world, { name: 'dance' }), order(world, { name: 'transfer-leader' }), order(world, { name: 'transfer-leader', region_id: 7 }), order(world, { name: 'transfer-leader', region_id: id }),
      order(world, { name: 'transfer-leader', region_id: id, to_store_id: 99 }),
    ].map(({ status, body }) => `${status} ${String(body)}`)).toEqual([
      '400 missing operator name', '400 unknown operator', '400 missing region id', '404 region 7 not found', '400 missing store id to transfer leader to', '500 region has no voter in store 99',
    ]);
  });

  test('lets a scheduler and a checker rest, and sees that they do', () => {
    const world = ready(4);
    expect(ask(world, 'POST', '/schedulers/balance-leader-scheduler', { delay: 60 }).body).toBe('Pause or resume the scheduler successfully.');
    expect(ask(world, 'GET', '/schedulers?status=paused').body).toEqual(['balance-leader-scheduler']);
    expect(ask(world, 'GET', '/schedulers').body).toContain('balance-leader-scheduler');
    expect(ask(world, 'POST', '/checker/merge', { delay: 60 }).body).toBe('Pause the checker successfully.');
    expect(ask(world, 'GET', '/checker/merge').body).toEqual({ paused: true });
    pass(world, 61);
    expect(ask(world, 'GET', '/schedulers?status=paused').body).toEqual([]);
    expect(ask(world, 'GET', '/checker/merge').body).toEqual({ paused: false });
  });

  test('pauses for as long as this member leads: the next one knows nothing of it', () => {
    const world = ready(4);
    ask(world, 'POST', '/schedulers/balance-leader-scheduler', { delay: 3_600 });
    ask(world, 'POST', '/checker/merge', { delay: 3_600 });
    world.pd.members.serving?.process.kill();
    pass(world, 20);
    expect(ask(world, 'GET', '/schedulers?status=paused').body).toEqual([]);
    expect(ask(world, 'GET', '/checker/merge').body).toEqual({ paused: false });
  });

  test('asks for a part: the regions of a range add up to all, and a store has a timestamp of its own', () => {
    const world = ready(5);
    const middle = world.index.byKey.items[12]!.startKey;
    const counts = [`/stats/region?end_key=${middle}`, `/stats/region?start_key=${middle}`, '/stats/region'].map((path) => (ask(world, 'GET', path).body as { count: number }).count);
    expect(counts[0]! + counts[1]!).toBe(counts[2]);
    expect(Object.keys((ask(world, 'GET', '/min-resolved-ts?scope=cluster').body as { stores_min_resolved_ts: object }).stores_min_resolved_ts)).toHaveLength(4);
    expect(ask(world, 'GET', '/min-resolved-ts/99').status).toBe(404);
  });
});
