import { describe, expect, test } from 'vitest';
import { TestCluster } from './cluster.fixture.ts';

const members = ['pd-1', 'pd-2', 'pd-3'];
const leaderOf = async (lab: TestCluster) => (await lab.pd<{ name: string }>('/leader')).body.name;
const spans = (times: readonly number[]): number[] => times.slice(1).map((atMs, nth) => atMs - times[nth]!);

/** A cluster whose leader of PD, or all but it, was killed. */
async function without(who: 'leader' | 'followers'): Promise<{ readonly lab: TestCluster; readonly leader: string; readonly sinceMs: number; readonly gone: readonly string[] }> {
  const lab = await TestCluster.start();
  const leader = await leaderOf(lab);
  const gone = who === 'leader' ? [leader] : members.filter((node) => node !== leader);
  for (const node of gone) await lab.controls.process.kill(node);
  return { lab, leader, sinceMs: lab.now, gone };
}

describe('a PD leader that died', () => {
  test('is missed by the etcd client of each member, dialled anew after a minute, and used again after three answers', async () => {
    const { lab, leader } = await without('leader');
    await lab.pass(75);
    for (const node of members.filter((each) => each !== leader)) {
      const missed = (await lab.log({ node, contains: 'etcd endpoint is unhealthy' })).map(({ atMs }) => atMs);
      expect(new Set(spans(missed))).toEqual(new Set([10_000]));
      expect((await lab.log({ node, contains: 'retrying of unary invoker failed' })).length).toBeGreaterThanOrEqual(missed.length);
      expect((await lab.log({ node, contains: 'etcd server might be disconnected' }))[0]?.raw).toContain('[since-last-health=1m0s]');
    }
    await lab.controls.process.start(leader);
    await lab.pass(35);
    for (const message of ['evicted etcd endpoint picked again', '[num-change=2->3]']) expect(new Set((await lab.log({ contains: message })).map(({ node }) => node)).size).toBe(2);
  });

  test('keeps reads waiting until etcd has elected, and whoever waited is told that the leader changed', async () => {
    const { lab, sinceMs, leader } = await without('leader');
    await lab.pass(12);
    const waited = await lab.log({ contains: 'waiting for ReadIndex response took too long' });
    const slow = await lab.log({ contains: 'apply request took too long' });
    const [elected] = await lab.log({ contains: 'became leader at term' });
    expect([waited.length > 0, slow.length > 0]).toEqual([true, true]);
    for (const { atMs } of waited) expect(atMs).toBeLessThanOrEqual(elected!.atMs);
    for (const { atMs, raw } of slow) expect([atMs, raw.includes('etcdserver: leader changed') || raw.includes('range_response_count')]).toEqual([elected!.atMs, true]);
    expect(elected!.atMs - sinceMs).toBeGreaterThan(3_800);
    expect(Object.values(await lab.query('changes(etcd_server_leader_changes_seen_total{instance!~"LEADER:.*"}[20s])'.replace('LEADER', leader)))).toEqual([1, 1]);
  });
});

describe('a PD leader that lost its followers', () => {
  test('asks five times a second whether etcd has a leader again, and finds no endpoint', async () => {
    const { lab, leader } = await without('followers');
    await lab.pass(65);
    const asked = (await lab.log({ node: leader, contains: 'failed to pass pre-check' })).map(({ atMs }) => atMs);
    expect(new Set(spans(asked))).toEqual(new Set([200]));
    for (const message of ['revoke lease failed', 'failed to list members', 'no available endpoint, try to reset endpoints']) expect((await lab.log({ node: leader, contains: message })).length, message).toBeGreaterThan(0);
    expect(await lab.log({ contains: 'exit leader watch loop' })).toEqual([]);
    expect((await lab.query('rate(etcd_disk_wal_fsync_duration_seconds_count[30s])'))[leader]).toBe(0);
  });

  test('leads again when they are back: nobody else has what it wrote last', async () => {
    const { lab, leader, gone } = await without('followers');
    await lab.pass(30);
    for (const node of gone) await lab.controls.process.start(node);
    await lab.pass(10);
    expect(await leaderOf(lab)).toBe(leader);
    const asked = (await lab.log({ node: leader, contains: 'failed to pass pre-check' })).length;
    await lab.pass(10);
    expect((await lab.log({ node: leader, contains: 'failed to pass pre-check' })).length).toBe(asked);
  });
});

test('a member that is left alone believes in its dead leader for a minute', async () => {
  const lab = await TestCluster.start();
  const leader = await leaderOf(lab);
  const [other, alone] = members.filter((node) => node !== leader);
  for (const node of [leader, other!]) await lab.controls.process.kill(node);
  await lab.pass(55);
  expect((await lab.pd('/stores', alone)).status).toBe(500);
  expect((await lab.log({ node: alone!, contains: 'request failed' }))).toHaveLength(1);
  await lab.pass(10);
  expect((await lab.pd('/stores', alone)).status).toBe(503);
  expect((await lab.log({ contains: 'exit leader watch loop' })).map(({ node }) => node)).toEqual([alone]);
  expect((await lab.log({ node: alone!, contains: 'get cluster dc-locations from etcd failed' })).length).toBeGreaterThan(0);
});

test('a leader that takes over at once waits for the timestamps that the one before may have given out', async () => {
  const lab = await TestCluster.start();
  await lab.controls.process.terminate(await leaderOf(lab));
  await lab.pass(10);
  const next = await leaderOf(lab);
  expect((await lab.log({ contains: 'system time may be incorrect' })).map(({ node }) => node)).toEqual([next]);
  const slow = await lab.query('changes(pd_tso_events{type="system_time_slow"}[1m])');
  expect(slow[next]).toBeGreaterThan(0);
});

test('the round trip to a member that was paused stays long for a while: one probe took as long as the pause', async () => {
  const lab = await TestCluster.start();
  const paused = members.find((node) => node !== 'pd-1')!;
  await lab.controls.process.pause(paused);
  await lab.pass(100);
  await lab.controls.process.resume(paused);
  const p99 = async () => (await lab.query('max by (instance) (histogram_quantile(0.99, sum by (instance, To, le) (rate(etcd_network_peer_round_trip_time_seconds_bucket[1m]))))'))['pd-1']!;
  await lab.pass(60);
  expect(await p99()).toBeGreaterThan(1);
  await lab.pass(240);
  expect(await p99()).toBeLessThan(0.1);
});
