import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from './cluster.fixture.ts';

const leaderOf = async (lab: TestCluster) => (await lab.pd<{ name: string }>('/leader')).body.name;
const otherThan = (leader: string) => ['pd-1', 'pd-2', 'pd-3'].find((node) => node !== leader) as string;

describe('a killed PD leader', () => {
  test('is replaced after etcd elected and its lease ran out, about twelve seconds later; until then followers say redirect failed', async () => {
    const lab = await TestCluster.start();
    const old = await leaderOf(lab);
    const other = otherThan(old);
    await lab.controls.process.kill(old);
    await lab.pass(10);
    expect(await lab.pd('/members', other)).toEqual({ status: 500, body: '[PD:apiutil:ErrRedirect]redirect failed' });
    expect((await lab.pd<{ name: string; health: boolean }[]>('/health', other)).body.find((member) => member.name === old)?.health).toBe(false);
    await lab.pass(4);
    const next = await leaderOf(lab);
    expect(next).not.toBe(old);
    expect((await lab.log({ contains: 'PD leader is ready to serve' })).map((line) => line.node)).toEqual([next]);
    expect((await lab.store('tikv-1')).store.state_name).toBe('Disconnected');
    await lab.pass(20);
    expect((await lab.store('tikv-1')).store.state_name).toBe('Up');
  });

  test('refuses connections when asked by name, and reads and writes go on', async () => {
    const lab = await TestCluster.start();
    const old = await leaderOf(lab);
    await lab.controls.process.kill(old);
    const answer = await lab.cluster.ports.controlPlane.request({ method: 'GET', path: '/pd/api/v1/health', node: old });
    expect(answer).toMatchObject({ ok: false, failure: { code: 'LAB_CONNECTION_REFUSED' } });
    await lab.pass(11);
    expect((await lab.query('sum(rate(tikv_grpc_msg_duration_seconds_count{type=~"raw_get|raw_put"}[10s]))'))['']).toBeGreaterThan(900);
  });

  test('refuses the heartbeats of every store until they have found the next', async () => {
    const lab = await TestCluster.start();
    await lab.controls.process.kill(await leaderOf(lab));
    await lab.pass(30);
    const failed = await lab.log({ contains: 'store heartbeat failed' });
    expect([...new Set(failed.map((line) => line.node))].sort()).toEqual(['tikv-1', 'tikv-2', 'tikv-3']);
    const found = await lab.log({ contains: 'update pd client' });
    expect((await lab.log({ contains: 'failed to connect to PD member' })).length).toBeGreaterThan(3 * 8);
    const quiet = await lab.log({ contains: 'request failed, retry' });
    expect(Math.max(...quiet.map((line) => line.atMs))).toBeLessThan(Math.max(...found.map((line) => line.atMs)));
    expect(Math.max(...failed.map((line) => line.atMs))).toBeLessThanOrEqual(Math.max(...found.map((line) => line.atMs)));
  });

  test('leaves its stores off the gauges until the next one has served for ten seconds', async () => {
    const lab = await TestCluster.start();
    const old = await leaderOf(lab);
    await lab.controls.process.kill(old);
    await lab.pass(16);
    const shown = async () => Object.keys(await lab.query(`count by (instance) (pd_cluster_status{type="store_up_count"})`)).filter((node) => node !== old);
    expect(await shown()).toEqual([]);
    const next = await leaderOf(lab);
    await lab.pass(14);
    expect(await shown()).toEqual([next]);
  });

  test('hangs the followers instead when it is only paused', async () => {
    const lab = await TestCluster.start();
    const old = await leaderOf(lab);
    const other = otherThan(old);
    await lab.controls.process.pause(old);
    await lab.pass(5);
    const answer = await lab.cluster.ports.controlPlane.request({ method: 'GET', path: '/pd/api/v1/stores', node: other });
    expect(answer).toMatchObject({ ok: false, failure: { code: 'LAB_TIMEOUT' } });
  });
});

test('a PD leader that is paused for a second keeps its office', async () => {
  const lab = await TestCluster.start();
  const leader = await leaderOf(lab);
  await lab.controls.process.pause(leader);
  await lab.pass(1);
  await lab.controls.process.resume(leader);
  await lab.pass(1);
  expect(await leaderOf(lab)).toBe(leader);
  await lab.pass(15);
  expect(await leaderOf(lab)).toBe(leader);
});

test('a PD leader that is told to stop is replaced within half a second', async () => {
  const lab = await TestCluster.start();
  const leader = await leaderOf(lab);
  await lab.controls.process.terminate(leader);
  await lab.pass(0.6);
  expect(await leaderOf(lab)).not.toBe(leader);
  expect((await lab.log({ contains: 'MsgPreVote request' })).length).toBe(0);
  expect((await lab.log({ contains: 'received MsgTimeoutNow' })).map((line) => line.node)).toEqual([await leaderOf(lab)]);
});

test('a PD member that is told to stop ends what it did, hangs up and is gone within a second', async () => {
  const lab = await TestCluster.start();
  const leader = await leaderOf(lab);
  await lab.controls.process.terminate(leader);
  await lab.pass(1);
  const own = (await lab.log({ node: leader })).map((line) => line.message);
  const order = ['got signal to exit', 'coordinator has been stopped', 'leadership transfer starting', 'stopped remote peer', 'close server'].map((message) => own.lastIndexOf(message));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(order[0]).toBeGreaterThanOrEqual(0);
  expect(await lab.controls.process.state(leader)).toBe('exited');
});

test('a PD member that is told to stop while it starts joins nobody', async () => {
  const lab = await TestCluster.start();
  const leader = await leaderOf(lab);
  const member = otherThan(leader);
  await lab.controls.process.kill(member);
  await lab.pass(5);
  const sinceMs = lab.now;
  await lab.controls.process.start(member);
  await lab.pass(0.5);
  await lab.controls.process.terminate(member);
  await lab.pass(3);
  expect(await lab.log({ contains: 'peer became active', fromMs: sinceMs })).toEqual([]);
  expect(await lab.controls.process.state(member)).toBe('exited');
});

test('members say again and again that one is gone, and stop when it is back', async () => {
  const lab = await TestCluster.start();
  const leader = await leaderOf(lab);
  const gone = otherThan(leader);
  const count = async () => (await lab.log({ contains: 'failed to reach the peer URL' })).length + (await lab.log({ contains: 'etcd endpoint is unhealthy' })).length;
  await lab.controls.process.kill(gone);
  await lab.pass(60);
  const [said, saidByLeader] = [await count(), (await lab.log({ node: leader, contains: 'failed to get version' })).length];
  expect([said >= 20, saidByLeader]).toEqual([true, 15]);
  await lab.controls.process.start(gone);
  await lab.pass(60);
  expect(await count()).toBe(said);
});

test.each([3, 5])('the members of %i go on with one endpoint less when one of them is gone', async (pd) => {
  const lab = await TestCluster.start(1, { ...smallSpec, roles: { ...smallSpec.roles, pd } });
  await lab.controls.process.kill(await leaderOf(lab));
  await lab.pass(30);
  const updates = await lab.log({ contains: 'update endpoints' });
  expect(updates).toHaveLength(pd - 1);
  for (const { raw } of updates) expect(raw).toContain(`[num-change=${pd}->${pd - 1}]`);
});

describe('PD without a leader', () => {
  test('keeps a starting store waiting', async () => {
    const lab = await TestCluster.start();
    await lab.controls.process.kill('tikv-1');
    await lab.controls.process.kill(await leaderOf(lab));
    await lab.controls.process.start('tikv-1');
    await lab.pass(8);
    expect((await lab.log({ node: 'tikv-1', contains: 'TiKV is ready to serve' })).length).toBe(0);
    await lab.pass(10);
    expect((await lab.log({ node: 'tikv-1', contains: 'TiKV is ready to serve' })).length).toBe(1);
  });
});

describe('PD without a majority', () => {
  test('asks for the index that it may read each half second, and gives up each eleven', async () => {
    const lab = await TestCluster.start();
    const leader = await leaderOf(lab);
    for (const node of ['pd-1', 'pd-2', 'pd-3'].filter((each) => each !== leader)) await lab.controls.process.kill(node);
    await lab.pass(75);
    const gaveUp = (await lab.log({ node: leader, contains: 'timed out waiting for read index response' })).map(({ atMs }) => atMs);
    expect(gaveUp).toHaveLength(6);
    expect(gaveUp.slice(1).map((atMs, nth) => Math.round((atMs - gaveUp[nth]!) / 1_000))).toEqual([11, 11, 11, 11, 11]);
    // As in recordings/pd-quorum-loss: 144 beside 6.
    expect(Math.abs((await lab.log({ node: leader, contains: 'waiting for ReadIndex response took too long' })).length - 144)).toBeLessThan(5);
  });

  test('has no leader to redirect to, and serves again soon after the others are back', async () => {
    const lab = await TestCluster.start();
    const leader = await leaderOf(lab);
    const others = ['pd-1', 'pd-2', 'pd-3'].filter((node) => node !== leader);
    for (const node of others) await lab.controls.process.kill(node);
    await lab.pass(8);
    expect((await lab.log({ contains: 'stepped down to follower since quorum is not active' })).map((line) => line.node)).toEqual([leader]);
    expect(await lab.pd('/stores', leader)).toEqual({ status: 503, body: '[PD:apiutil:ErrRedirectNoLeader]redirect finds no leader' });
    expect((await lab.pd('/health', leader)).status).toBe(200);
    await lab.pass(20);
    const asked = (await lab.log({ node: leader, contains: 'became pre-candidate' })).length;
    expect([asked >= 3, asked <= 8]).toEqual([true, true]);
    for (const node of others) await lab.controls.process.start(node);
    await lab.pass(5);
    expect((await lab.pd('/stores', leader)).status).toBe(200);
  });
});
