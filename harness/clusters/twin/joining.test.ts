import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from './cluster.fixture.ts';

const start = (seed = 1) => TestCluster.start(seed, { ...smallSpec, regions: 120, spares: { tikv: 1 } });

describe('a machine that stands by', () => {
  test('is nowhere to be seen until a store is started on it', async () => {
    const lab = await start();
    await lab.pass(60);
    expect(await lab.query('up{job="tikv"}')).toEqual({ 'tikv-1': 1, 'tikv-2': 1, 'tikv-3': 1 });
    expect(lab.cluster.nodes().map(({ id }) => id)).not.toContain('tikv-4');
    expect(lab.cluster.ports.inventory.map(({ node }) => node)).not.toContain('tikv-4');
    await expect(lab.store('tikv-4')).rejects.toThrow('PD shows no tikv-4');
    expect(await lab.controls.process.state('tikv-4')).toBe('exited');
  });

  test('changes nothing for the others', async () => {
    const [with1, without] = [await start(), await TestCluster.start(1, { ...smallSpec, regions: 120 })];
    for (const lab of [with1, without]) await lab.pass(30);
    const [some, same] = [await with1.cluster.export(), await without.cluster.export()];
    for (const [name, bytes] of same) expect(some.get(name), name).toEqual(bytes);
  });
});

describe('a store that joins', () => {
  test('is Down for PD until its first heartbeat, which comes after ten seconds', async () => {
    const lab = await start();
    await lab.controls.process.start('tikv-4');
    await lab.pass(1);
    const joined = await lab.store('tikv-4');
    // PD takes its ids from one counter, in lots of a thousand.
    expect(joined.store).toMatchObject({ id: 1_001, state_name: 'Down' });
    expect(joined.store).not.toHaveProperty('last_heartbeat');
    await lab.pass(8);
    expect(await lab.store('tikv-4')).toMatchObject({ store: { state_name: 'Down' }, status: { region_count: 0 } });
    await lab.pass(2);
    expect(await lab.store('tikv-4')).toMatchObject({ store: { state_name: 'Up' }, status: { slow_score: 1 } });
    expect((await lab.query('up{job="tikv"}'))['tikv-4']).toBe(1);
    expect((await lab.log({ node: 'pd-1' })).concat(await lab.log({ node: 'pd-2' }), await lab.log({ node: 'pd-3' })).map(({ message }) => message)).toContain('store limit added');
  });

  test('is filled within its store limit, and leaders follow', async () => {
    const lab = await start();
    await lab.controls.process.start('tikv-4');
    await lab.pass(300);
    const { status } = await lab.store('tikv-4');
    expect(status.region_count).toBeGreaterThan(20);
    // Fifteen large regions a minute at the most, and ten small ones that cost nothing.
    expect(status.region_count).toBeLessThan(5 * 15 + 10);
    expect(status.leader_count).toBeGreaterThan(10);
    // It is still being filled: one copy may be on its way.
    expect(await lab.pendingRegions()).toBeLessThan(2);
    const established = (await lab.log({ node: 'tikv-4', contains: 'connection established' })).length;
    expect(established).toBe(3);
  });

  test('stays empty where nobody balances regions, and no other store dials it', async () => {
    const lab = await start();
    await lab.controls.config.write('schedulers/balance-region-scheduler', null);
    await lab.controls.process.start('tikv-4');
    await lab.pass(180);
    expect((await lab.store('tikv-4')).status).toMatchObject({ region_count: 0, leader_count: 0 });
    expect(await lab.log({ contains: 'connection established' })).toEqual([]);
  });

  test('is stopped and started like any other from then on', async () => {
    const lab = await start();
    await lab.controls.process.start('tikv-4');
    await lab.pass(240);
    await lab.controls.process.kill('tikv-4');
    await lab.pass(60);
    expect(await lab.store('tikv-4')).toMatchObject({ store: { id: 1_001, state_name: 'Disconnected' }, status: { leader_count: 0 } });
    await lab.controls.process.start('tikv-4');
    await lab.pass(90);
    expect((await lab.store('tikv-4')).store.state_name).toBe('Up');
    // What it missed it has by then; a copy that it is sent now may be on its way.
    expect(await lab.pendingRegions()).toBeLessThanOrEqual(1);
  });

  test('is Preparing until it has its share, or at once in a small cluster', async () => {
    const preparing = async (regions: number) => {
      const lab = await TestCluster.start(1, { ...smallSpec, regions, spares: { tikv: 1 } });
      await lab.controls.process.start('tikv-4');
      await lab.pass(40);
      return (await lab.query('max by (instance) (pd_cluster_status{type="store_preparing_count"})'));
    };
    expect(Object.values(await preparing(120))).toContain(1);
    expect(Object.values(await preparing(90))).not.toContain(1);
  });
});
