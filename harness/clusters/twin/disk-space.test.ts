import { describe, expect, test } from 'vitest';
import { TestCluster } from './cluster.fixture.ts';

const leaders = 'tikv_raftstore_region_count{type="leader"}';
const refused = 'tikv_storage_engine_async_request_total{type="write",status="err_disk_full"}';
const available = 'tikv_store_size_bytes{type="available"}';

describe('a disk that others fill', () => {
  test('is seen when the store looks, once a minute, and then PD warns at each of its heartbeats', async () => {
    const lab = await TestCluster.start();
    const [fromMs, before] = [lab.now, await lab.query('tikv_store_size_bytes{type="used"}')];
    await lab.controls.space.fill('tikv-2', 0.1);
    expect(await lab.controls.space.probeFreeShare('tikv-2')).toBeCloseTo(0.1, 2);
    await lab.pass(130);
    expect(((await lab.query(available))['tikv-2'] as number) / 2 ** 30).toBeCloseTo(10, 0);
    expect((await lab.query('tikv_store_size_bytes{type="used"}'))['tikv-2']).toBeLessThan(1.05 * (before['tikv-2'] as number));
    const warned = (await lab.log({ contains: 'store does not have enough disk space', fromMs })).map((line) => line.atMs - fromMs);
    expect(warned[0]).toBeLessThan(71_000);
    expect((warned[1] as number) - (warned[0] as number)).toBe(10_000);
    expect(await lab.query('pd_cluster_status{type="store_low_space_count"} == 1')).not.toEqual({});
  });

  test('is forgotten within a minute and a heartbeat after it is freed', async () => {
    const lab = await TestCluster.start();
    const before = (await lab.query(available))['tikv-2'] as number;
    await lab.controls.space.fill('tikv-2', 0.1);
    await lab.pass(70);
    await lab.controls.space.free('tikv-2');
    await lab.pass(75);
    expect((await lab.query(available))['tikv-2']).toBeGreaterThan(0.99 * before);
    const sinceMs = lab.now;
    await lab.pass(30);
    expect((await lab.log({ contains: 'store does not have enough disk space', fromMs: sinceMs })).length).toBe(0);
  });

  test('leaves a store that is AlmostFull serving, and takes the leaders of one that is AlreadyFull by raft alone', async () => {
    const lab = await TestCluster.start();
    const fromMs = lab.now;
    await lab.controls.space.fill('tikv-2', 0.04);
    await lab.pass(75);
    const usage = async () => (await lab.log({ contains: 'disk usage', node: 'tikv-2', fromMs })).map((line) => /disk usage (\S+)/.exec(line.message)?.[1]);
    expect(await usage()).toEqual(['Normal->AlmostFull']);
    const raftBytes = (await lab.query('tikv_store_size_bytes{type="raft_size"}'))['tikv-2'];
    expect((await lab.log({ contains: 'disk usage', node: 'tikv-2', fromMs }))[0]?.message).toContain(`raft=${raftBytes},`);
    expect((await lab.store('tikv-2')).status.leader_count).toBeGreaterThan(20);
    await lab.controls.space.fill('tikv-2', 0.02);
    await lab.pass(75);
    expect(await usage()).toEqual(['Normal->AlmostFull', 'AlmostFull->AlreadyFull']);
    expect((await lab.query(leaders))['tikv-2']).toBeLessThan(6);
    expect((await lab.query(refused))['tikv-2']).toBeGreaterThan(0);
    expect((await lab.log({ contains: 'reported disk usage changes None -> AlmostFull', fromMs })).length).toBeGreaterThan(40);
    // What is not even asked for by PD: its orders to bring leaders back are not followed while the disk is full.
    expect(await lab.log({ contains: 'try to transfer leader', node: 'tikv-2', fromMs })).toEqual([]);
    await lab.pass(30);
    const refusals = await lab.log({ contains: 'reject transferring leader', fromMs });
    expect([...new Set(refusals.map((line) => line.node))]).toEqual(['tikv-2']);
    // Who leads now learns of the disk from its new follower.
    const heirs = await lab.log({ contains: 'reported disk usage changes None -> AlreadyFull', fromMs });
    expect([heirs.length > 10, heirs.every((line) => line.node !== 'tikv-2')]).toEqual([true, true]);
  });

  test('is sent no entries by the leaders elsewhere from AlmostFull on, and catches up when it has room', async () => {
    const lab = await TestCluster.start();
    const taken = 'sum by (instance) (rate(tikv_raftstore_raft_sent_message_total{type="append_resp"}[30s]))';
    const before = (await lab.query(taken))['tikv-2'] as number;
    await lab.controls.space.fill('tikv-2', 0.04);
    await lab.pass(100);
    expect((await lab.query(taken))['tikv-2']).toBeLessThan(before / 20);
    expect((await lab.query('sum by (instance) (rate(tikv_grpc_msg_duration_seconds_count{type="raw_put"}[30s]))'))['tikv-2']).toBeGreaterThan(0);
    await lab.controls.space.free('tikv-2');
    await lab.pass(100);
    expect((await lab.query(taken))['tikv-2']).toBeGreaterThan(before / 2);
  });

  test('gets its leaders back once there is room', async () => {
    const lab = await TestCluster.start();
    await lab.controls.space.fill('tikv-2', 0.02);
    await lab.pass(100);
    await lab.controls.space.free('tikv-2');
    await lab.pass(150);
    expect((await lab.query(leaders))['tikv-2']).toBeGreaterThan(20);
  });

  test('kills a store when nothing at all is left, at every start anew, until it is freed', async () => {
    const lab = await TestCluster.start();
    const fromMs = lab.now;
    await lab.controls.space.fill('tikv-2', 0);
    await lab.pass(45);
    const fatal = await lab.log({ contains: 'No space left on device', node: 'tikv-2', fromMs });
    expect(fatal.length).toBeGreaterThanOrEqual(2);
    expect(fatal[0]?.level).toBe('FATAL');
    await lab.controls.space.free('tikv-2');
    await lab.pass(40);
    expect((await lab.store('tikv-2')).store.state_name).toBe('Up');
  });
});

test('what is modelled of stores alone is named when somebody asks for it elsewhere', async () => {
  const lab = await TestCluster.start();
  await expect(lab.controls.space.fill('pd-1', 0.02)).rejects.toThrow('the twin models the disk space of stores, and pd-1 is none');
});
