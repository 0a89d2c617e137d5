import { describe, expect, test } from 'vitest';
import { TestCluster } from './cluster.fixture.ts';

const everybody = ['peers', 'control-plane', 'clients'] as const;

/** Instants of a message on some nodes, in seconds after a moment. */
async function secondsOf(lab: TestCluster, message: string, { fromMs, on }: { readonly fromMs: number; readonly on: (node: string) => boolean }): Promise<number[]> {
  return (await lab.log({ contains: message, fromMs })).filter((line) => on(line.node)).map((line) => (line.atMs - fromMs) / 1000);
}

describe('a store that is cut off from everybody but monitoring', () => {
  test('goes the course of the recorded one: broken connections, elections elsewhere, steps down, asks for votes in vain', async () => {
    const lab = await TestCluster.start();
    const led = (await lab.store('tikv-2')).status.leader_count;
    const fromMs = lab.now;
    await lab.controls.network.cut('tikv-2', everybody);
    await lab.pass(60);
    const aborted = await secondsOf(lab, 'connection aborted', { fromMs, on: () => true });
    expect(aborted).toHaveLength(4);
    expect([Math.min(...aborted) > 3.1, Math.max(...aborted) < 3.7]).toEqual([true, true]);
    const elected = await secondsOf(lab, 'became leader at', { fromMs, on: (node) => node !== 'tikv-2' });
    expect(elected).toHaveLength(led);
    expect([Math.min(...elected) > 5, Math.max(...elected) < 21]).toEqual([true, true]);
    const steppedDown = await secondsOf(lab, 'stepped down to follower since quorum is not active', { fromMs, on: (node) => node === 'tikv-2' });
    expect(steppedDown.length).toBeGreaterThan(0.8 * led);
    expect([Math.min(...steppedDown) > 10, Math.max(...steppedDown) < 27]).toEqual([true, true]);
    expect((await secondsOf(lab, 'became leader at', { fromMs, on: (node) => node === 'tikv-2' })).length).toBe(0);
    // Recorded: 13 to 14 pre-votes a second with 106 regions, so 11 to 12 with 90.
    const prevotes = (await lab.query('rate(tikv_raftstore_raft_sent_message_total{status="accept",type="prevote"}[30s])'))['tikv-2'] as number;
    expect([prevotes > 11 / 1.5, prevotes < 12 * 1.5]).toEqual([true, true]);
  });

  test('counts what it cannot deliver when it has asked PD for an address in vain, the others at once', async () => {
    const lab = await TestCluster.start();
    await lab.controls.network.cut('tikv-2', everybody);
    await lab.pass(20);
    const undelivered = (type: string) => lab.query(`sum by (instance) (tikv_server_report_failure_msg_total{type="${type}"})`);
    expect((await undelivered('unreachable'))['tikv-2']).toBe(2);
    expect((await undelivered('unreachable'))['tikv-1']).toBeGreaterThan(30);
    expect(await undelivered('resolve')).toEqual({});
    await lab.pass(30);
    expect(Object.keys(await undelivered('resolve'))).toEqual(['tikv-2']);
    expect((await undelivered('resolve'))['tikv-2']).toBeGreaterThan(100);
  });

  test('is scraped without a gap while PD misses it, and exactly its leaders leave pending peers', async () => {
    const lab = await TestCluster.start();
    const led = (await lab.store('tikv-2')).status.leader_count;
    const fromMs = lab.now;
    await lab.controls.network.cut('tikv-2', everybody);
    await lab.pass(60);
    expect((await lab.query('min_over_time(up{job="tikv"}[60s])'))['tikv-2']).toBe(1);
    expect((await lab.store('tikv-2')).store.state_name).toBe('Disconnected');
    expect(await lab.pendingRegions()).toBe(led);
    expect((await secondsOf(lab, 'store heartbeat failed', { fromMs, on: () => true })).length).toBeGreaterThanOrEqual(5);
  });

  test('is back among its peers within seconds of the healing, with no term inflated and its leaders returned', async () => {
    const lab = await TestCluster.start();
    await lab.controls.network.cut('tikv-2', everybody);
    await lab.pass(100);
    const healedMs = lab.now;
    await lab.controls.network.heal('tikv-2');
    await lab.controls.network.heal('tikv-2');
    await lab.pass(25);
    expect([(await lab.store('tikv-2')).store.state_name, await lab.pendingRegions()]).toEqual(['Up', 0]);
    expect((await lab.store('tikv-2')).status.leader_count).toBeGreaterThan(15);
    const byVote = (await lab.log({ contains: 'became pre-candidate', fromMs: healedMs + 10_000 })).length;
    expect(byVote).toBe(0);
  });
});

describe('a store that is cut off from one side only', () => {
  test('stays Up for PD when only its peers are cut, and leads nothing', async () => {
    const lab = await TestCluster.start();
    await lab.controls.network.cut('tikv-2', ['peers']);
    await lab.pass(60);
    expect([(await lab.store('tikv-2')).store.state_name, (await lab.store('tikv-2')).status.leader_count]).toEqual(['Up', 0]);
  });

  test('serves as before when only PD is cut, although PD calls it Disconnected', async () => {
    const lab = await TestCluster.start();
    const rate = 'sum by (instance) (rate(tikv_grpc_msg_duration_seconds_count{type=~"raw_get|raw_put"}[30s]))';
    const before = (await lab.query(rate))['tikv-2'] as number;
    const fromMs = lab.now;
    await lab.controls.network.cut('tikv-2', ['control-plane']);
    await lab.pass(60);
    expect((await lab.store('tikv-2')).store.state_name).toBe('Disconnected');
    expect((await lab.query(rate))['tikv-2']).toBeGreaterThan(0.9 * before);
    expect((await lab.log({ contains: 'became leader at', fromMs })).length).toBe(0);
  });

  test('is hung up on by nobody when the cut is shorter than TCP waits', async () => {
    const lab = await TestCluster.start();
    const fromMs = lab.now;
    await lab.controls.network.cut('tikv-2', everybody);
    await lab.pass(2);
    await lab.controls.network.heal('tikv-2');
    await lab.pass(20);
    expect((await lab.log({ contains: 'connection aborted', fromMs })).length).toBe(0);
    expect((await lab.log({ contains: 'became leader at', fromMs })).length).toBe(0);
  });
});

test('the links of a PD member cannot be cut, and the lab says so', async () => {
  const lab = await TestCluster.start();
  await expect(lab.controls.network.cut('pd-1', ['peers'])).rejects.toMatchObject({ failure: { code: 'LAB_NOT_SUPPORTED' } });
});
