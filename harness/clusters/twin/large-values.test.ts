import { expect, test } from 'vitest';
import { smallSpec, TestCluster } from './cluster.fixture.ts';

const mib = 2 ** 20;
const large = (valueBytes: number) => ({ ...smallSpec.load, large: { share: 0.05, valueBytes } });
const refused = 'sum by (instance) (rate(tikv_storage_engine_async_request_total{type="write",status="err_raft_entry_too_large"}[30s]))';
const appended = 'sum(rate(tikv_raftstore_propose_log_size_sum[30s]))';

test('values that no raft entry can hold are refused one by one, with a line each, and weigh on nobody', async () => {
  const lab = await TestCluster.start();
  await lab.pass(30);
  const [[before]] = [Object.values(await lab.query(appended))];
  await lab.controls.load.set(large(12 * mib));
  await lab.pass(60);
  const rates = Object.values(await lab.query(refused));
  // A twentieth of 400 writes a second.
  expect(rates.reduce((sum, rate) => sum + rate, 0)).toBeGreaterThan(15);
  expect(rates.reduce((sum, rate) => sum + rate, 0)).toBeLessThan(25);
  const lines = await lab.log({ contains: 'entry is too large' });
  expect(lines.length).toBeGreaterThan(500);
  expect(lines[0]?.raw).toContain(`["entry is too large"] [size=${12 * mib + 60}] [peer_id=`);
  expect(Object.values(await lab.query(appended))[0]! / before!).toBeLessThan(1.1);
  expect(Math.max(...Object.values(await lab.query('histogram_quantile(0.99, sum by (instance, le) (rate(tikv_grpc_msg_duration_seconds_bucket{type="raw_put"}[30s])))')))).toBeLessThan(0.05);
});

test('values that just fit are written, and refused by nobody', async () => {
  const lab = await TestCluster.start();
  await lab.controls.load.set(large(mib));
  await lab.pass(40);
  expect(Object.values(await lab.query(refused))).toEqual([0, 0, 0]);
  expect(Object.values(await lab.query(appended))[0]!).toBeGreaterThan(10 * mib);
});

test('a region grows until each of its keys has a large value, and no further', async () => {
  const load = { ...smallSpec.load, keys: 'uniform', ratePerSecond: 3_000, reads: 0.2 } as const;
  const lab = await TestCluster.start(1, { ...smallSpec, load, keyCount: 240_000 });
  await lab.controls.load.set({ ...load, valueBytes: 4 * 1_024 });
  const sizes = async () => (await lab.pd<{ regions: { approximate_size: number }[] }>('/regions')).body.regions.map((each) => each.approximate_size);
  const before = Math.max(...(await sizes()));
  await lab.pass(300);
  const grown = Math.max(...(await sizes()));
  await lab.pass(300);
  expect(grown / before).toBeGreaterThan(2.5);
  expect(Math.max(...(await sizes())) / before).toBeLessThanOrEqual(4);
});

test('every region grows with what is written to it, whatever its values took before', async () => {
  const load = { ...smallSpec.load, keys: 'uniform', ratePerSecond: 3_000, reads: 0.2 } as const;
  const lab = await TestCluster.start(1, { ...smallSpec, load });
  const sizes = async () => (await lab.pd<{ regions: { id: number; approximate_size: number; approximate_keys: number }[] }>('/regions')).body.regions.filter((each) => each.approximate_keys > 0);
  const before = new Map((await sizes()).map(({ id, approximate_size: size }) => [id, size]));
  await lab.controls.load.set({ ...load, valueBytes: 4 * 1_024 });
  await lab.pass(300);
  const growth = (await sizes()).map(({ id, approximate_size: size }) => size - (before.get(id) ?? 0));
  expect(Math.min(...growth) / Math.max(...growth)).toBeGreaterThan(0.5);
});

test('more puts of the usual size make no region larger, though transactions beside them write less each', async () => {
  const load = { ...smallSpec.load, transactions: 300 } as const;
  const lab = await TestCluster.start(1, { ...smallSpec, load, keyCount: 1_200_000 });
  const sizes = async () => (await lab.pd<{ regions: { approximate_size: number }[] }>('/regions')).body.regions.map((each) => each.approximate_size);
  const before = await sizes();
  await lab.controls.load.set({ ...load, ratePerSecond: 4_000 });
  await lab.pass(600);
  expect(await sizes()).toEqual(before);
});
