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

test('followers of a store that was started a moment ago sleep and wake as one, and pass whoever looks each five seconds', async () => {
  const lab = await TestCluster.start(1, { kind: 'twin', subject: 'tikv', roles: { pd: 3, tikv: 3 }, regions: 106, load: { shape: 'mixed', ratePerSecond: 300, reads: 0.6, keys: 'uniform', valueBytes: 1_024 } });
  await lab.controls.config.write('schedulers/balance-leader-scheduler', null);
  await lab.controls.process.kill('tikv-2');
  await lab.controls.process.start('tikv-2');
  await lab.pass(60);
  const seen: { readonly young: number; readonly old: number }[] = [];
  for (let looks = 0; looks < 90; looks++) {
    await lab.pass(5);
    const of = await lab.query(awake);
    seen.push({ young: of['tikv-2'] as number, old: of['tikv-1'] as number });
  }
  const spread = (numbers: readonly number[]) => Math.max(...numbers) - Math.min(...numbers);
  const [young, old] = [seen.map((each) => each.young), seen.map((each) => each.old)];
  // Recorded on stores that had run for minutes: 42 to 88.
  expect(spread(young)).toBeGreaterThan(45);
  expect(spread(young)).toBeGreaterThan(1.5 * spread(old));
  // From one look to the next it wanders, and does not jump.
  const steps = young.slice(1).map((each, at) => Math.abs(each - (young[at] as number)));
  expect(steps.filter((step) => step > 25).length).toBeLessThan(8);
});

test('where nobody asks for anything all replicas sleep', async () => {
  const lab = await TestCluster.start(1, { kind: 'twin', subject: 'tikv', roles: { pd: 3, tikv: 3 }, regions: 30, load: { shape: 'idle', ratePerSecond: 0, reads: 0, keys: 'uniform', valueBytes: 1_024 } });
  expect(await ofStore(lab, awake)).toBe(0);
  expect(await ofStore(lab, leaders)).toBe(10);
});
