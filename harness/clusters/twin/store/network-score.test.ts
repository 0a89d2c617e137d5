import { expect, test } from 'vitest';
import { TestCluster } from '../cluster.fixture.ts';

const network = 'tikv_raftstore_slow_score{type="network"}';

test('a store that hangs is at 100 for its peers within two rounds of probes, and slowly forgiven', async () => {
  const lab = await TestCluster.start();
  expect(Object.values(await lab.query(network))).toEqual([1, 1, 1]);
  await lab.controls.process.pause('tikv-2');
  await lab.pass(12);
  // Of two peers one answers: recorded was 50.
  expect((await lab.query(network))['tikv-1']).toBe(50);
  await lab.controls.process.resume('tikv-2');
  await lab.pass(40);
  const later = (await lab.query(network))['tikv-1'] as number;
  expect([later >= 44, later <= 48]).toEqual([true, true]);
});

test('a store that is gone refuses, and no network is blamed for it', async () => {
  const lab = await TestCluster.start();
  await lab.controls.process.kill('tikv-2');
  await lab.pass(20);
  expect((await lab.query(network))['tikv-1']).toBe(1);
});

test('a link that is late by less than a second leaves samples and no score, one that is later is at 100', async () => {
  const probes = 'sum by (instance) (rate(tikv_raftstore_inspect_network_duration_seconds_count[20s]))';
  const lab = await TestCluster.start();
  await lab.controls.links.impair('tikv-2', { delayMs: 200 });
  await lab.pass(30);
  expect([(await lab.query(probes))['tikv-1'] as number > 8, (await lab.query(network))['tikv-1']]).toEqual([true, 1]);
  await lab.controls.links.impair('tikv-2', { delayMs: 1_200 });
  await lab.pass(20);
  expect([(await lab.query(network))['tikv-1'], (await lab.query(network))['tikv-2']]).toEqual([50, 100]);
});

test('probes that nobody answers are told of ten times a second, with what they had come to when their connection was given up', async () => {
  const mean = 'sum by (instance) (rate(tikv_raftstore_inspect_network_duration_seconds_sum[15s])) / sum by (instance) (rate(tikv_raftstore_inspect_network_duration_seconds_count[15s]))';
  const lab = await TestCluster.start();
  await lab.controls.network.cut('tikv-2', ['peers']);
  await lab.pass(40);
  // Recorded in tikv-partition-full: 9.9 a second, 3.19 to 3.36 s each.
  const [tookSeconds] = Object.values(await lab.query(mean));
  expect([tookSeconds as number > 3.1, tookSeconds as number < 3.45]).toEqual([true, true]);
});

test('a link that loses packets drives the score up, for a probe whose packet is lost three times is late', async () => {
  const lab = await TestCluster.start();
  await lab.controls.links.impair('tikv-2', { lossShare: 0.25 });
  await lab.pass(120);
  expect((await lab.query(network))['tikv-2']).toBeGreaterThan(80);
});
