import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from '../cluster.fixture.ts';
import { lawfulWorld } from '../laws/laws.ts';
import type { Store } from '../store/store.ts';
import { addLearner } from './conf-change.ts';

const four = { ...smallSpec, roles: { pd: 3, tikv: 4 } };
const regionCount = async (lab: TestCluster, node: string): Promise<number> => (await lab.store(node)).status.region_count;

interface ShownRegion {
  readonly id: number;
  readonly epoch: { readonly conf_ver: number };
  readonly peers: readonly { readonly store_id: number; readonly role_name: string }[];
}

const regions = async (lab: TestCluster): Promise<readonly ShownRegion[]> => (await lab.pd<{ regions: ShownRegion[] }>('/regions')).body.regions;

describe('a store that is told to leave', () => {
  test('gives its replicas to the others, fifteen regions a minute at most, and becomes a tombstone', async () => {
    const lab = await TestCluster.start(1, four);
    const id = (await lab.store('tikv-2')).store.id;
    const before = await regionCount(lab, 'tikv-2');
    await lab.controls.config.write('stores/tikv-2', 'Offline');
    await lab.pass(60);
    const shown = await lab.store('tikv-2');
    expect(shown.store.state_name).toBe('Offline');
    // Six of its regions are empty and cost nothing; of the others fifteen move, and one that the bucket held.
    expect(before - shown.status.region_count).toBeGreaterThan(12);
    expect(before - shown.status.region_count).toBeLessThan(28);
    await lab.pass(600);
    expect((await lab.pd<{ count: number }>('/stores')).body.count).toBe(3);
    expect(await lab.controls.config.read('stores/tikv-2')).toBe('Tombstone');
    for (const { peers } of await regions(lab)) expect(peers.map(({ store_id: at, role_name: role }) => (at === id ? 'gone' : role))).toEqual(['Voter', 'Voter', 'Voter']);
  });

  test('is copied from byte by byte: what leaders send is what the others receive and take in', async () => {
    const lab = await TestCluster.start(1, four);
    await lab.controls.config.write('stores/tikv-2', 'Offline');
    await lab.pass(120);
    const sum = async (promql: string) => Object.values(await lab.query(`sum(${promql})`))[0] as number;
    const sent = await sum('tikv_snapshot_limit_transport_bytes{type="send"}');
    expect(sent).toBeGreaterThan(0);
    expect(await sum('tikv_snapshot_limit_transport_bytes{type="recv"}')).toBeCloseTo(sent, -7);
    expect(await sum('tikv_snapshot_limit_generate_bytes{type="sst"}')).toBeCloseTo(sent, -7);
    expect(await sum('tikv_raftstore_store_write_kvdb_duration_seconds_count')).toBeGreaterThan(10);
  });

  test('moves each replica by a learner, a snapshot and a joint configuration, six steps of its version', async () => {
    const lab = await TestCluster.start(2, four);
    await lab.controls.config.write('stores/tikv-3', 'Offline');
    await lab.pass(30);
    const moved = (await regions(lab)).find(({ epoch }) => epoch.conf_ver === 11);
    const finished = await lab.log({ contains: `[region-id=${moved?.id}]` });
    expect(finished.filter(({ message }) => message === 'region ConfVer changed').map(({ raw }) => /old-confver=(\d+)\] \[new-confver=(\d+)/.exec(raw)?.slice(1).join('>'))).toEqual(['5>6', '6>8', '8>10', '10>11']);
    const told = await lab.log({ contains: `[region_id=${moved?.id}]` });
    for (const message of ['propose conf change peer', 'requesting snapshot', 'sent snapshot', 'apply new data', 'leave joint state successfully', 'peer destroy itself']) expect(told.map((line) => line.message)).toContain(message);
  });

  test('is refused where the stores that stay are fewer than the replicas', async () => {
    const lab = await TestCluster.start(1);
    await expect(lab.controls.config.write('stores/tikv-2', 'Offline')).rejects.toThrow('can not remove store');
  });

  test('may be called back, and balance fills it again', async () => {
    const lab = await TestCluster.start(3, four);
    await lab.controls.config.write('stores/tikv-1', 'Offline');
    await lab.pass(60);
    const left = await regionCount(lab, 'tikv-1');
    await lab.controls.config.write('stores/tikv-1', 'Up');
    await lab.pass(300);
    expect((await lab.store('tikv-1')).store.state_name).toBe('Up');
    expect(await regionCount(lab, 'tikv-1')).toBeGreaterThan(left + 8);
  });
});

describe('a store that stays dead', () => {
  test('is replaced on the fourth store, half an hour after it was lost and not earlier', async () => {
    const lab = await TestCluster.start(4, { ...four, regions: 24 });
    const dead = (await lab.store('tikv-4')).store.id;
    const lacking = async () => (await regions(lab)).filter(({ peers }) => peers.some(({ store_id: at }) => at === dead)).length;
    const before = await lacking();
    await lab.controls.process.kill('tikv-4');
    await lab.pass(1_750);
    expect(await lacking()).toBe(before);
    await lab.pass(250);
    expect(await lacking()).toBe(0);
    expect((await lab.log({ contains: 'replace-rule-down-peer' })).length).toBeGreaterThan(0);
  });

  test('of three stores is never replaced: nobody else could take its replicas', async () => {
    const lab = await TestCluster.start(4, { ...smallSpec, regions: 24 });
    await lab.controls.process.kill('tikv-3');
    await lab.pass(1_900);
    expect(await lab.log({ contains: 'replace-rule' })).toHaveLength(0);
    const tried = await lab.query('max by (instance) (pd_checker_event_count{type="rule_checker",name="no-store-replace"})');
    expect(Math.max(...Object.values(tried))).toBeGreaterThan(100);
  });
});

describe('a store that was away', () => {
  const busy = { ...smallSpec, regions: 6, load: { ...smallSpec.load, ratePerSecond: 8_000, reads: 0.2, keys: 'uniform' } } as const;

  async function away(seconds: number): Promise<TestCluster> {
    const lab = await TestCluster.start(5, busy);
    await lab.controls.process.kill('tikv-1');
    await lab.pass(seconds);
    await lab.controls.process.start('tikv-1');
    await lab.pass(60);
    return lab;
  }

  test('for longer than the logs go back gets whole copies, and its disk holds no more than before', async () => {
    const lab = await away(240);
    expect((await lab.log({ contains: 'requesting snapshot' })).length).toBeGreaterThan(2);
    expect((await lab.log({ node: 'tikv-1', contains: 'apply new data' })).length).toBeGreaterThan(2);
    expect(await lab.pendingRegions()).toBe(0);
  });

  test('for a moment catches up from the log', async () => {
    const lab = await away(40);
    expect(await lab.log({ contains: 'requesting snapshot' })).toHaveLength(0);
    expect(await lab.pendingRegions()).toBe(0);
  });
});

describe('a cluster with more stores than replicas', () => {
  test('that was balanced stays as it is: nobody moves anything', async () => {
    for (const seed of [1, 2, 3]) {
      const lab = await TestCluster.start(seed, four);
      await lab.pass(120);
      expect(await lab.log({ contains: 'balance-region-scheduler' })).toHaveLength(0);
    }
  });
});

test('a change of replicas does not come about while its leader sleeps, nor where nobody can answer it', () => {
  for (const disturb of [(leader: Store) => leader.process.pause(), (leader: Store) => leader.host.network.blockDials('incoming')]) {
    const { world } = lawfulWorld(four, 7);
    world.engine.runTo(world.engine.nowMs + 5_000);
    const region = world.regions.find(({ peers, sizeMib }) => peers.length === 3 && sizeMib > 1)!;
    const leader = world.storeOf(region.leader)!;
    const { confVer } = region;
    const spare = world.stores.find(({ id }) => region.peers.every(({ storeId }) => storeId !== id))!;
    world.membership.order(region, addLearner(world.pd.newPeer(spare.id)));
    while (!world.membership.busy(region)) world.engine.runTo(world.engine.nowMs + 1);
    disturb(leader);
    world.engine.runTo(world.engine.nowMs + 1_000);
    expect(region.confVer).toBe(confVer);
  }
});
