import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from '../cluster.fixture.ts';
import { askMember } from '../pd/api/router.ts';
import { lawfulWorld } from '../laws/laws.ts';
import { unrest } from '../laws/steady.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { ByKey } from './by-key.ts';
import { Region } from './region.ts';

interface ShownRegion {
  readonly id: number;
  readonly start_key: string;
  readonly end_key: string;
  readonly epoch: { readonly version: number; readonly conf_ver: number };
  readonly approximate_size: number;
}

/** Little enough traffic that no region is hot, and so many regions that a third of them is small. */
const quiet = { ...smallSpec, regions: 36, load: { ...smallSpec.load, ratePerSecond: 60, keys: 'uniform' } } as const;
const regions = async (lab: TestCluster): Promise<readonly ShownRegion[]> => (await lab.pd<{ regions: ShownRegion[] }>('/regions')).body.regions;
const merging = (lab: TestCluster): Promise<void> => lab.controls.config.write('schedule/max-merge-region-size', 54);
const noted = async (lab: TestCluster, promql: string): Promise<number> => Math.max(0, ...Object.values(await lab.query(promql)));

function covers(all: readonly ShownRegion[]): boolean {
  const sorted = [...all].sort((a, b) => (a.start_key < b.start_key ? -1 : 1));
  return sorted[0]?.start_key === '' && sorted.at(-1)?.end_key === '' && sorted.every((region, at) => at === 0 || region.start_key === sorted[at - 1]?.end_key);
}

describe('small regions', () => {
  test('give way to their neighbours until none is left that could, and the key space stays whole', async () => {
    const lab = await TestCluster.start(1, quiet);
    const before = await regions(lab);
    await merging(lab);
    await lab.pass(120);
    const after = await regions(lab);
    expect(after.length).toBeLessThan(before.length / 1.5);
    expect(covers(after)).toBe(true);
    expect(after.filter(({ approximate_size: mib }) => mib <= 54)).toHaveLength(0);
    const total = (all: readonly ShownRegion[]) => all.reduce((sum, { approximate_size: mib }) => sum + (mib === 1 ? 0 : mib), 0);
    expect(total(after)).toBe(total(before));
    expect((await lab.pd<{ count: number }>('/regions/check/pending-peer')).body.count).toBe(0);
  });

  test('are told of in the words of PD and TiKV, at both ends', async () => {
    const lab = await TestCluster.start(2, quiet);
    await merging(lab);
    await lab.pass(60);
    const found = (await lab.log({ node: 'tikv-1', contains: 'merge finished' })).length;
    const merged = (await lab.log({ contains: 'remove operator because region disappeared' })).length;
    expect(found).toBe(merged);
    for (const message of ['try to merge', 'execute CommitMerge', 'notify pd with merge', 'region Version changed']) expect((await lab.log({ contains: message })).length, message).toBeGreaterThanOrEqual(merged);
    expect((await lab.log({ contains: 'merge-region {merge: region' })).length).toBeGreaterThan(2 * merged);
    expect(await noted(lab, 'max by (instance) (tikv_raftstore_admin_cmd_total{status="success",type="commit_merge"})')).toBe(merged);
    expect(await noted(lab, 'max by (instance) (pd_checker_event_count{type="merge_checker",name="new-operator"})')).toBe(merged);
    expect(await noted(lab, 'max by (instance) (pd_schedule_operators_count{type="merge-region",event="finish"})')).toBe(merged);
  });

  test('stay apart while merging is off, while they are hot, and after another member of PD began to lead', async () => {
    const off = await TestCluster.start(3, quiet);
    await off.pass(60);
    expect(await off.log({ contains: 'try to merge' })).toHaveLength(0);
    const hot = await TestCluster.start(3, { ...quiet, load: { ...quiet.load, ratePerSecond: 4_000 } });
    await merging(hot);
    await hot.pass(60);
    expect(await hot.log({ contains: 'try to merge' })).toHaveLength(0);
    expect(await noted(hot, 'max by (instance) (pd_checker_event_count{type="merge_checker",name="adj-region-hot"})')).toBeGreaterThan(100);
    const { body: leader } = await off.pd<{ name: string }>('/leader');
    await off.controls.process.kill(leader.name);
    await off.pass(60);
    await merging(off);
    await off.pass(60);
    expect(await off.log({ contains: 'try to merge' })).toHaveLength(0);
    expect(await noted(off, 'max by (instance) (rate(pd_checker_event_count{type="merge_checker",name="recently-start"}[30s]))')).toBeGreaterThan(100);
  });

  test('on other stores than their neighbours move there first', async () => {
    const lab = await TestCluster.start(4, { ...quiet, roles: { pd: 3, tikv: 4 } });
    const before = await regions(lab);
    await merging(lab);
    await lab.pass(240);
    const after = await regions(lab);
    expect(after.length).toBeLessThan(before.length);
    expect((await lab.log({ contains: '(kind:merge,region' })).length).toBeGreaterThan(0);
    expect(covers(after)).toBe(true);
  });
});

describe('a region without traffic that takes one with traffic in', () => {
  test.each(['asleep', 'roused for a while'])('%s, stays awake and reports what it serves every minute', (before) => {
    const { world } = lawfulWorld(quiet, 4);
    const pass = (seconds: number): void => world.engine.runTo(world.engine.nowMs + seconds * 1_000);
    pass(5);
    const target = world.regions.find((region) => region.hibernated && world.index.byKey.neighbours(region).before?.hibernated === false) as Region;
    const source = world.index.byKey.neighbours(target).before as Region;
    if (before !== 'asleep') world.hibernation.rouseAll(world.storeOf(target.leader)!);
    pass(2);
    world.pd.mergeChecker.order(source, target);
    pass(400);
    expect(source.peers).toEqual([]);
    expect(target.hibernated).toBe(false);
    const writesPerSecond = target.share * quiet.load.ratePerSecond * (1 - quiet.load.reads);
    expect(world.pd.regions.get(target.id)!.writtenKeys / 60).toBeLessThan(2 * writesPerSecond);
  });
});

test('a merge that its leader cannot tell PD of stays unknown to it until the leader can', () => {
  const { world } = lawfulWorld(quiet, 4);
  const pass = (seconds: number): void => world.engine.runTo(world.engine.nowMs + seconds * 1_000);
  pass(5);
  const at = world.index.byKey.items.findIndex((region, n, all) => n > 2 && region.leader !== all[n + 1]?.leader);
  const [source, target] = world.index.byKey.items.slice(at, at + 2) as [Region, Region];
  const { network } = world.storeOf(target.leader)!.host;
  const known = () => ({ start: world.pd.regions.get(target.id)?.startKey, gone: world.pd.regions.get(source.id) === undefined, ordered: world.pd.operators.has(source) });
  const shown = () => JSON.parse((askMember(world, world.pd.members.serving!, { method: 'GET', path: `/pd/api/v1/region/id/${source.id}` }) as { value: { body: string } }).value.body) as { peers: object[] };
  const { startKey } = target;
  network.cut(['control-plane']);
  pass(2);
  world.pd.mergeChecker.order(source, target, 'admin-');
  pass(6);
  expect(source.peers).toEqual([]);
  expect(known()).toEqual({ start: startKey, gone: false, ordered: true });
  expect(shown().peers).toHaveLength(3);
  network.heal();
  pass(90);
  expect(known()).toEqual({ start: source.startKey, gone: true, ordered: false });
  expect(shown().peers).toEqual([]);
});

describe('a merge that is disturbed', () => {
  /** A world of two regions of which the first one has stopped for the second. */
  function stopped(seed: number, meanwhile: (world: World, target: Region) => void = () => {}) {
    const { world, laws } = lawfulWorld({ ...quiet, regions: 6 }, seed);
    const passUntil = (what: () => boolean): boolean => {
      for (let n = 0; n < 400 && !what(); n++) world.engine.runTo(world.engine.nowMs + 50);
      return what();
    };
    world.engine.runTo(world.engine.nowMs + 5_000);
    const [source, target] = world.index.byKey.items.slice(2, 4) as [Region, Region];
    world.merges.order(source, target);
    meanwhile(world, target);
    for (let n = 0; n < 2_000 && !source.merging; n++) world.engine.runTo(world.engine.nowMs + 1);
    return { world, laws, source, target, passUntil };
  }

  test('by a change of the neighbour is taken back, and the region serves again under a newer version', () => {
    const { world, source, target, passUntil } = stopped(5);
    const { version } = source;
    target.confVer++;
    expect(passUntil(() => source.merging === undefined)).toBe(true);
    expect(source.version).toBe(version + 1);
    expect(world.regions).toContain(source);
    world.engine.runTo(world.engine.nowMs + 2_000);
    expect(world.traffic.routes.isStalled(source)).toBe(false);
  });

  test('is taken back no sooner than the replicas that live have written that down', () => {
    const { world, source, target, passUntil } = stopped(5);
    const [slow, dead] = world.stores.filter(({ id }) => id !== source.leader) as [Store, Store];
    slow.host.disk.slow({ addedLatencyMs: 4_000 });
    dead.process.kill();
    target.confVer++;
    const sinceMs = world.engine.nowMs;
    expect(passUntil(() => source.merging === undefined)).toBe(true);
    expect(world.engine.nowMs - sinceMs).toBeGreaterThan(4_000);
  });

  test('refuses everybody while the neighbour cannot answer, and goes on when it can', () => {
    const { world, source, target, passUntil } = stopped(6);
    const leader = world.storeOf(target.leader);
    const others = world.stores.filter((store) => store !== leader);
    for (const store of others) store.process.pause();
    world.engine.runTo(world.engine.nowMs + 1_000);
    expect(world.regions).toContain(source);
    expect(world.traffic.routes.isStalled(source)).toBe(true);
    for (const store of others) store.process.resume();
    expect(passUntil(() => source.peers.length === 0)).toBe(true);
    expect(target.startKey <= source.startKey && (target.endKey === '' || target.endKey >= source.endKey)).toBe(true);
  });

  test('by a disk that hangs while the entry is written, goes on when the disk is back', () => {
    const diskOf = (world: World, target: Region) => world.storeOf(target.leader)!.host.disk;
    const { world, source, target, passUntil } = stopped(6, (around, neighbour) => diskOf(around, neighbour).hang());
    expect(source.leader).not.toBe(target.leader);
    world.engine.runTo(world.engine.nowMs + 3_000);
    expect(source.merging).toBeDefined();
    diskOf(world, target).release();
    expect(passUntil(() => source.peers.length === 0)).toBe(true);
  });

  test('by whoever dies when it likes, leaves every law whole and no region behind', () => {
    fc.assert(fc.property(fc.nat(10_000), fc.array(fc.record({ store: fc.nat(2), afterMs: fc.nat(6_000), restMs: fc.integer({ min: 1, max: 20_000 }) }), { maxLength: 3 }), (seed, deaths) => {
      const { world, laws } = lawfulWorld({ ...quiet, regions: 9 }, seed);
      world.pd.config.set('max-merge-region-size', 54);
      for (const { store, afterMs, restMs } of deaths) world.engine.after(afterMs, () => {
        const { process } = world.stores[store]!;
        if (process.state === 'running') process.kill();
        world.engine.after(restMs, () => process.state === 'exited' && process.start());
      });
      for (let seconds = 0; seconds < 90; seconds++) {
        world.engine.runTo(world.engine.nowMs + 1_000);
        for (const { check } of laws) expect(check()).toBeUndefined();
      }
      world.engine.runTo(world.engine.nowMs + 60_000);
      expect(unrest(world)).toEqual([]);
      expect(world.regions.every(({ peers }) => peers.length === 3)).toBe(true);
      expect(world.regions.length).toBeLessThan(9);
    }), { numRuns: 8 });
  });
});

test('a neighbour that is found by keys is the one that a walk would find', () => {
  const regionOf = (id: number, startKey: string): Region => new Region({ id, startKey, endKey: '', confVer: 1, version: 1, peers: [], leader: 1, term: 6, index: 10, share: 0, hibernated: false, sizeMib: 1, keys: 0 });
  fc.assert(fc.property(fc.uniqueArray(fc.stringMatching(/^[0-9A-F]{1,4}$/), { minLength: 1, maxLength: 40 }), fc.nat(), (keys, pick) => {
    const byKey = new ByKey();
    const all = ['', ...keys].map((key, id) => regionOf(id, key));
    for (const region of all) byKey.add(region);
    const gone = all[1 + (pick % keys.length)] as Region;
    byKey.remove(gone);
    const sorted = all.filter((region) => region !== gone).sort((a, b) => (a.startKey < b.startKey ? -1 : 1));
    expect(byKey.items).toEqual(sorted);
    sorted.forEach((region, at) => expect(byKey.neighbours(region)).toEqual({ before: sorted[at - 1], after: sorted[at + 1] }));
    for (const key of keys) expect(byKey.holding(key)).toBe(sorted.findLast(({ startKey }) => startKey <= key));
  }));
});
