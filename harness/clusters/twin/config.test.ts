import { describe, expect, test } from 'vitest';
import { TestCluster } from './cluster.fixture.ts';

describe("PD's configuration", () => {
  test('is changed through PD itself, which logs who asked for what', async () => {
    const lab = await TestCluster.start();
    const { config } = lab.controls;
    expect(await config.read('schedulers/balance-leader-scheduler')).toBe(true);
    await config.write('schedulers/balance-leader-scheduler', null);
    await config.write('schedulers/balance-leader-scheduler', null);
    expect(await config.read('schedulers/balance-leader-scheduler')).toBeNull();
    expect((await lab.pd<string[]>('/schedulers')).body).not.toContain('balance-leader-scheduler');
    expect((await lab.pd<string[]>('/schedulers?status=disabled')).body).toEqual(['balance-leader-scheduler']);
    const audits = await lab.log({ contains: 'ServiceLabel:DeleteScheduler, Method:HTTP/1.1/DELETE:/pd/api/v1/schedulers/balance-leader-scheduler' });
    expect(audits).toHaveLength(1);
    await lab.pass(11);
    expect(await lab.query('pd_scheduler_status{kind="balance-leader-scheduler"} == 1')).toEqual({});
  });

  test('of an evict-leader-scheduler empties its store, and removing it fills the store again', async () => {
    const lab = await TestCluster.start();
    const id = (await lab.store('tikv-3')).store.id;
    const key = `schedulers/evict-leader-scheduler-${id}`;
    expect(await lab.controls.config.read(key)).toBeNull();
    await lab.controls.config.write(key, true);
    await lab.pass(2);
    expect((await lab.store('tikv-3')).status.leader_count).toBe(0);
    expect(await lab.controls.config.read(key)).toBe(true);
    expect((await lab.pd('/scheduler-config/evict-leader-scheduler/list')).body).toMatchObject({ 'store-id-ranges': { [id]: [{ 'start-key': '' }] } });
    await lab.controls.config.write(key, null);
    await lab.pass(8);
    expect((await lab.store('tikv-3')).status.leader_count).toBeGreaterThan(20);
  });

  test('of limits acts: without leader operators nothing is balanced', async () => {
    const lab = await TestCluster.start();
    await lab.controls.config.write('schedule/leader-schedule-limit', 0);
    expect(await lab.controls.config.read('schedule/leader-schedule-limit')).toBe(0);
    await lab.controls.process.kill('tikv-1');
    await lab.pass(25);
    await lab.controls.process.start('tikv-1');
    await lab.pass(60);
    expect((await lab.store('tikv-1')).status.leader_count).toBe(0);
    expect((await lab.pd('/config/schedule')).body).toMatchObject({ 'leader-schedule-limit': 0 });
    await lab.controls.config.write('schedule/leader-schedule-limit', 4);
    await lab.pass(8);
    expect((await lab.store('tikv-1')).status.leader_count).toBeGreaterThan(20);
  });

  test('refuses keys and items that do not exist', async () => {
    const lab = await TestCluster.start();
    await expect(lab.controls.config.read('colour')).rejects.toMatchObject({ failure: { code: 'LAB_CONFIG_KEY' } });
    await expect(lab.controls.config.write('schedule/colour', 1)).rejects.toMatchObject({ failure: { code: 'LAB_PD_REFUSED' } });
    await expect(lab.controls.config.write('schedulers/colour-scheduler', true)).rejects.toMatchObject({ failure: { code: 'LAB_PD_REFUSED' } });
  });
});

test('says who leads PD, and lets somebody else lead or the one that is named', async () => {
  const lab = await TestCluster.start();
  const { config } = lab.controls;
  const former = await config.read('leader/pd');
  await config.write('leader/pd', former);
  await config.write('leader/pd', null);
  await lab.pass(1);
  expect(await config.read('leader/pd')).not.toBe(former);
  await config.write('leader/pd', former);
  await lab.pass(1);
  expect(await config.read('leader/pd')).toBe(former);
  await expect(config.write('leader/pd', 'pd-9')).rejects.toMatchObject({ failure: { code: 'LAB_PD_REFUSED' } });
  expect(await lab.log({ contains: 'ServiceLabel:ResignLeader' })).toHaveLength(1);
});

test('a scheduler for one store goes by the name of its node, and the drained store leads nothing until it is taken back', async () => {
  const lab = await TestCluster.start();
  const key = 'schedulers/evict-leader-scheduler-tikv-2';
  await lab.controls.config.write(key, true);
  expect([await lab.controls.config.read(key), await lab.controls.config.read('schedulers/evict-leader-scheduler-tikv-3')]).toEqual([true, null]);
  await lab.pass(2);
  expect((await lab.store('tikv-2')).status.leader_count).toBe(0);
  await lab.controls.config.write(key, null);
  await lab.pass(8);
  expect((await lab.store('tikv-2')).status.leader_count).toBeGreaterThan(20);
});
