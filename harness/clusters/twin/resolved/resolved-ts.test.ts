import { expect, test } from 'vitest';
import { TestCluster } from '../cluster.fixture.ts';

const leaderGap = 'tikv_resolved_ts_min_leader_resolved_ts_gap_millis';
const followerGap = 'tikv_resolved_ts_min_follower_safe_ts_gap_millis';
const said = async (lab: TestCluster, node: string, text: string): Promise<number> => (await lab.log({ node, contains: text })).length;

test('without PD leaders stand still after one interval and followers after two, and the stores say so', async () => {
  const lab = await TestCluster.start();
  await lab.pass(60);
  const quiet = Math.max(...Object.values(await lab.query(leaderGap)));
  for (const pd of ['pd-1', 'pd-2', 'pd-3']) await lab.controls.process.kill(pd);
  await lab.pass(100);
  const [leaders, followers, failed] = await Promise.all([lab.query(leaderGap), lab.query(followerGap), lab.query('tikv_resolved_ts_fail_advance_count')]);
  expect(quiet).toBeLessThanOrEqual(20_000);
  expect(Math.min(...Object.values(leaders))).toBeGreaterThan(80_000);
  expect(followers['tikv-1'] as number).toBeGreaterThanOrEqual(leaders['tikv-1'] as number);
  // Each of four or five advances fails for each of some thirty regions.
  expect(failed['tikv-2']).toBeGreaterThan(100);
  expect(await said(lab, 'tikv-2', 'the max gap of leader resolved-ts is large')).toBeGreaterThan(4);
});

test('a new leader is watched, the store that it came from no more; whoever refuses to be asked is named now and then', async () => {
  const lab = await TestCluster.start();
  const scans = 'tikv_resolved_ts_scan_tasks{type="finish"}';
  const before = (await lab.query(scans))['tikv-1'] as number;
  await lab.controls.process.kill('tikv-2');
  await lab.pass(100);
  const won = ((await lab.query(scans))['tikv-1'] as number) - before;
  expect(won).toBeGreaterThan(3);
  expect(await said(lab, 'tikv-1', 'register observe region')).toBeGreaterThanOrEqual(won);
  expect(await said(lab, 'tikv-1', 'succeed to update max timestamp')).toBeGreaterThanOrEqual(won);
  const asked = [await said(lab, 'tikv-1', 'check leader failed'), await said(lab, 'tikv-3', 'check leader failed')];
  expect(Math.max(...asked)).toBeGreaterThan(0);
  expect(Math.max(...Object.values(await lab.query(leaderGap)))).toBeLessThanOrEqual(20_000);
});

test('a store that hears nobody finds no majority for what it believes to lead', async () => {
  const lab = await TestCluster.start();
  await lab.controls.network.cut('tikv-2', ['control-plane', 'peers', 'clients']);
  await lab.pass(60);
  expect(await said(lab, 'tikv-2', 'check leader returns valid regions different')).toBeGreaterThan(1);
  expect(await said(lab, 'tikv-1', 'check leader failed')).toBe(0);
});

test('PD knows how far the store that is furthest behind has come', async () => {
  const lab = await TestCluster.start();
  await lab.pass(40);
  const { body } = await lab.pd<{ min_resolved_ts: number }>('/min-resolved-ts');
  const behindMs = lab.now - Number(BigInt(body.min_resolved_ts) >> 18n);
  expect(behindMs).toBeGreaterThan(15_000);
  expect(behindMs).toBeLessThan(85_000);
});
