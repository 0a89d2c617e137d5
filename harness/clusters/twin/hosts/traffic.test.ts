import { expect, test } from 'vitest';
import { TestCluster } from '../cluster.fixture.ts';

const retransmitted = 'rate(node_netstat_Tcp_RetransSegs{job!="tikv"}[30s])';

test('a machine with a lossy link sends much again, and the others as little as before', async () => {
  const lab = await TestCluster.start();
  await lab.controls.links.impair('tikv-2', { lossShare: 0.05 });
  await lab.pass(60);
  const again = await lab.query(retransmitted);
  expect((again['tikv-2'] as number) / (again['tikv-1'] as number)).toBeGreaterThan(50);
});
