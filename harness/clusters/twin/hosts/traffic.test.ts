import { expect, test } from 'vitest';
import { smallSpec, TestCluster } from '../cluster.fixture.ts';

const retransmitted = 'rate(node_netstat_Tcp_RetransSegs{job!="tikv"}[30s])';

test('a machine with a lossy link sends much again, and the others as little as before', async () => {
  const lab = await TestCluster.start();
  await lab.controls.links.impair('tikv-2', { lossShare: 0.05 });
  await lab.pass(60);
  const again = await lab.query(retransmitted);
  expect((again['tikv-2'] as number) / (again['tikv-1'] as number)).toBeGreaterThan(50);
});

const sentBytes = 'rate(node_network_transmit_bytes_total[30s])';

test('reads answer with what they read, not with the large values that others write', async () => {
  const lab = await TestCluster.start(1, { ...smallSpec, load: { ...smallSpec.load, reads: 1, large: { share: 0.5, valueBytes: 2 ** 20 } } });
  await lab.pass(60);
  expect((await lab.query(sentBytes))['tikv-1']).toBeLessThan(1e6);
});

test('a store without followers sends no copy of what it is given', async () => {
  const writers = { ...smallSpec, load: { ...smallSpec.load, reads: 0, valueBytes: 16_384 } };
  const alone = await TestCluster.start(1, { ...writers, roles: { pd: 1, tikv: 1 } });
  const three = await TestCluster.start(1, writers);
  for (const lab of [alone, three]) await lab.pass(60);
  expect((await alone.query(sentBytes))['tikv-1']).toBeLessThan(0.1 * ((await three.query(sentBytes))['tikv-1'] as number));
});
