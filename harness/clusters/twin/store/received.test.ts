import { expect, test } from 'vitest';
import { TestCluster } from '../cluster.fixture.ts';

const rate = (family: string, by: string) => `sum by (${by}) (rate(${family}[20s]))`;
const all = rate('tikv_server_raft_message_recv_total', 'instance');
const bySender = rate('tikv_raftstore_message_recv_by_store', 'instance');

test('a store receives what the others send it, and the sum is that of all senders', async () => {
  const lab = await TestCluster.start();
  await lab.pass(30);
  const [together, apart] = [await lab.query(all), await lab.query(bySender)];
  for (const node of ['tikv-1', 'tikv-2', 'tikv-3']) expect(Math.abs((together[node] as number) / (apart[node] as number) - 1)).toBeLessThan(0.01);
});

test('a store that is cut off from its peers receives nothing, and they go on with each other', async () => {
  const lab = await TestCluster.start();
  await lab.controls.network.cut('tikv-2', ['peers']);
  await lab.pass(50);
  const received = await lab.query(all);
  expect([received['tikv-2'], (received['tikv-1'] as number) > 50]).toEqual([0, true]);
  const tikv2 = (await lab.store('tikv-2')).store.id;
  expect(Object.values(await lab.query(`sum by (instance) (rate(tikv_raftstore_message_recv_by_store{store="${tikv2}"}[20s]))`))).toEqual([0, 0]);
});

test('who cannot be heard gets entries and answers none of them, and what it cannot send counts as unreachable', async () => {
  const lab = await TestCluster.start();
  const tikv2 = (await lab.store('tikv-2')).store.id;
  await lab.controls.firewall.block('tikv-2', 'outgoing');
  await lab.pass(60);
  expect((await lab.query(all))['tikv-2']).toBeGreaterThan(50);
  expect(await lab.query(`sum by (instance) (rate(tikv_raftstore_message_recv_by_store{store="${tikv2}"}[20s]))`)).toMatchObject({ 'tikv-1': 0, 'tikv-3': 0 });
  const undelivered = await lab.query(rate('tikv_server_report_failure_msg_total', 'instance'));
  expect([Object.keys(undelivered), (undelivered['tikv-2'] as number) > 20]).toEqual([['tikv-2'], true]);
});

test('who asks for votes in vain counts each request as unreachable', async () => {
  const lab = await TestCluster.start();
  await lab.controls.network.cut('tikv-2', ['peers']);
  await lab.pass(90);
  const prevotes = (await lab.query('rate(tikv_raftstore_raft_sent_message_total{status="accept",type="prevote"}[40s])'))['tikv-2'] as number;
  const undelivered = (await lab.query(rate('tikv_server_report_failure_msg_total', 'instance').replace('20s', '40s')))['tikv-2'] as number;
  expect([prevotes > 5, undelivered / prevotes > 0.7, undelivered / prevotes < 1.6]).toEqual([true, true, true]);
});
