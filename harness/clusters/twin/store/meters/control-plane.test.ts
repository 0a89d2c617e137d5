import { expect, test } from 'vitest';
import { TestCluster } from '../../cluster.fixture.ts';

const gap = 'tikv_resolved_ts_min_leader_resolved_ts_gap_millis';
const tries = 'tikv_pd_reconnect_total{type="try_connect"}';

test('a store that PD does not hear tries in vain, and its resolved timestamps stand still until it is back', async () => {
  const lab = await TestCluster.start();
  await lab.pass(30);
  expect(Math.max(...Object.values(await lab.query(gap)))).toBeLessThanOrEqual(20_000);
  const before = (await lab.query(tries))['tikv-2'] as number;
  await lab.controls.network.cut('tikv-2', ['control-plane']);
  await lab.pass(100);
  const [late, tried, waiting] = await Promise.all([lab.query(gap), lab.query(tries), lab.query('tikv_pd_pending_heartbeat_total')]);
  // Recorded after a hundred seconds: a gap of 100 s, 335 tries.
  expect([(late['tikv-2'] as number) > 80_000, (late['tikv-1'] as number) <= 20_000]).toEqual([true, true]);
  expect([(tried['tikv-2'] as number) - before > 280, (tried['tikv-2'] as number) - before < 380]).toEqual([true, true]);
  expect(waiting['tikv-2']).toBeGreaterThan(10);
  await lab.controls.network.heal('tikv-2');
  await lab.pass(45);
  expect((await lab.query(gap))['tikv-2']).toBeLessThanOrEqual(20_000);
});
