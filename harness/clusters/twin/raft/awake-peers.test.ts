import { expect, test } from 'vitest';
import { TestCluster } from '../cluster.fixture.ts';

const awake = 'sum by (instance) (tikv_raftstore_hibernated_peer_state{state="awaken"})';
const leaders = 'sum by (instance) (tikv_raftstore_region_count{type="leader"})';
const ofStore = async (lab: TestCluster, promql: string): Promise<number> => (await lab.query(promql))['tikv-2'] as number;

test('beside its leaders about half of a store\'s followers are awake, and others each time somebody looks', async () => {
  const lab = await TestCluster.start(1, { kind: 'twin', subject: 'tikv', roles: { pd: 3, tikv: 3 }, regions: 106, load: { shape: 'mixed', ratePerSecond: 300, reads: 0.6, keys: 'zipfian', valueBytes: 1_024 } });
  const seen: number[] = [];
  for (let looks = 0; looks < 20; looks++) {
    await lab.pass(15);
    seen.push(await ofStore(lab, awake));
  }
  const mean = seen.reduce((sum, each) => sum + each, 0) / seen.length;
  // Recorded in twelve quiet windows of three stores: 57 to 87, 69 on average.
  expect(mean).toBeGreaterThan(62);
  expect(mean).toBeLessThan(74);
  expect(new Set(seen).size).toBeGreaterThan(6);
});

test('followers of a paused leader sleep, and are all awake when its connection is given up', async () => {
  const lab = await TestCluster.start();
  const before = await ofStore(lab, awake);
  await lab.controls.process.pause('tikv-1');
  await lab.pass(10);
  const silent = await ofStore(lab, awake);
  expect(silent).toBeLessThan(before - 5);
  await lab.pass(9);
  expect(await ofStore(lab, awake)).toBeGreaterThan(before + 5);
});

test('where nobody asks for anything all replicas sleep', async () => {
  const lab = await TestCluster.start(1, { kind: 'twin', subject: 'tikv', roles: { pd: 3, tikv: 3 }, regions: 30, load: { shape: 'idle', ratePerSecond: 0, reads: 0, keys: 'uniform', valueBytes: 1_024 } });
  expect(await ofStore(lab, awake)).toBe(0);
  expect(await ofStore(lab, leaders)).toBe(10);
});
