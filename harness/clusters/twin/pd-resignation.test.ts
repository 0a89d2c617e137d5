import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from './cluster.fixture.ts';
import { orThrow } from '../../../src/kernel/result.ts';

const leaderOf = async (lab: TestCluster) => (await lab.pd<{ name: string }>('/leader')).body.name;

async function ask(lab: TestCluster, path: string, node?: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const { status, body } = orThrow(await lab.cluster.ports.controlPlane.request({ method: 'POST', path: `/pd/api/v1/leader/${path}`, ...(node !== undefined && { node }) }));
  return { status, body: JSON.parse(body) };
}

describe('a PD leader that is asked to resign', () => {
  test('is followed by another within a quarter of a second, and goes on as a follower', async () => {
    const lab = await TestCluster.start();
    const former = await leaderOf(lab);
    expect(await ask(lab, 'resign')).toEqual({ status: 200, body: 'The resign command is submitted.' });
    expect(await leaderOf(lab)).toBe(former);
    await lab.pass(0.1);
    expect(await lab.pd('/stores', former)).toEqual({ status: 500, body: '[PD:apiutil:ErrRedirectToNotLeader]redirect to not leader' });
    await lab.pass(0.15);
    const next = await leaderOf(lab);
    expect(next).not.toBe(former);
    expect((await lab.pd<{ name: string }>('/leader', former)).body.name).toBe(next);
    expect((await lab.pd<{ health: boolean }[]>('/health')).body.every(({ health }) => health)).toBe(true);
    await lab.pass(30);
    expect(await lab.query('up{job="pd"} == 0')).toEqual({});
    expect(Object.keys(await lab.query('etcd_server_is_leader == 1'))).toEqual([next]);
    expect(Object.keys(await lab.query('count by (instance) (pd_cluster_status{type="store_up_count"})'))).toEqual([next]);
    expect((await lab.store('tikv-1')).store.state_name).toBe('Up');
  });

  test('says what it does in the order in which it was recorded', async () => {
    const lab = await TestCluster.start();
    const former = await leaderOf(lab);
    const sinceMs = lab.now;
    await ask(lab, 'resign');
    await lab.pass(2);
    const own = (await lab.log({ node: former, fromMs: sinceMs })).map(({ message, atMs }) => ({ message, afterMs: atMs - sinceMs }));
    const said = ['audit log', 'try to resign etcd leader to next pd-server', 'leadership transfer starting', 'etcd leader changed, resigns pd leadership', 'raft cluster is stopped', 'start to watch pd leader', 'leadership transfer finished'];
    expect(said.map((message) => own.find((line) => line.message === message)?.afterMs)).toEqual([0, 0, 0, 18, 50, 61, 501]);
    expect(own.filter(({ message }) => message === 'server starts to synchronize with leader').map(({ afterMs }) => afterMs)).toEqual([61, 1_064]);
    expect(own.filter(({ message }) => message.includes('cast MsgVote for'))).toHaveLength(1);
    expect(own.map(({ message }) => message)).not.toContain('current leadership is deleted');
  });

  test('passes on nothing while nobody serves: followers still forward to it, and it says so', async () => {
    const lab = await TestCluster.start();
    const former = await leaderOf(lab);
    const follower = ['pd-1', 'pd-2', 'pd-3'].find((node) => node !== former) as string;
    await ask(lab, 'resign', follower);
    await lab.pass(0.02);
    expect((await lab.pd('/stores', follower)).status).toBe(500);
    const [line] = await lab.log({ contains: 'redirect but server is not leader' });
    expect([line?.node, line?.raw]).toEqual([former, expect.stringContaining(`[from=${follower}] [server=${former}]`)]);
  });

  test('is followed by the one that was named; to itself it has nothing to hand', async () => {
    const lab = await TestCluster.start();
    const former = await leaderOf(lab);
    const named = ['pd-3', 'pd-2', 'pd-1'].find((node) => node !== former) as string;
    expect(await ask(lab, `transfer/${former}`)).toEqual({ status: 200, body: 'The transfer command is submitted.' });
    await lab.pass(1);
    expect(await leaderOf(lab)).toBe(former);
    await ask(lab, `transfer/${named}`);
    await lab.pass(1);
    expect(await leaderOf(lab)).toBe(named);
  });

  test('stays where there is nobody else to lead', async () => {
    const lab = await TestCluster.start();
    const leader = await leaderOf(lab);
    const gone = ['pd-1', 'pd-2', 'pd-3'].find((node) => node !== leader) as string;
    expect(await ask(lab, 'transfer/pd-9')).toEqual({ status: 500, body: 'no valid pd to transfer etcd leader' });
    await lab.controls.process.kill(gone);
    await lab.pass(1);
    expect(await ask(lab, `transfer/${gone}`)).toMatchObject({ status: 500, body: expect.stringContaining('leader transfer took too long') });
    await lab.pass(1);
    expect(await leaderOf(lab)).toBe(leader);
    const alone = await TestCluster.start(1, { ...smallSpec, roles: { ...smallSpec.roles, pd: 1 } });
    expect((await ask(alone, 'resign')).status).toBe(200);
    await alone.pass(1);
    expect(await leaderOf(alone)).toBe('pd-1');
  });

  test('may be asked again and again; somebody leads, and stores report to them', async () => {
    const lab = await TestCluster.start();
    for (let nth = 0; nth < 5; nth++) {
      const former = await leaderOf(lab);
      await ask(lab, 'resign');
      await ask(lab, 'resign');
      await lab.pass(0.5);
      expect(await leaderOf(lab)).not.toBe(former);
    }
    await lab.pass(15);
    expect((await lab.store('tikv-2')).store.state_name).toBe('Up');
  });

  test('has an heir even where it is killed on its way out', async () => {
    const lab = await TestCluster.start();
    const former = await leaderOf(lab);
    await ask(lab, 'resign');
    await lab.pass(0.04);
    await lab.controls.process.kill(former);
    await lab.pass(15);
    expect(await leaderOf(lab)).not.toBe(former);
  });
});
