import { expect, test } from 'vitest';
import type { PlannedNode } from '../contract.ts';
import { tikv } from './deployment.ts';

const pd = (n: number): PlannedNode => ({ id: `pd-${n}`, role: 'pd', host: `10.9.0.${n}`, ports: { main: 2379, peer: 2380 }, dataDir: `/d/pd-${n}` });
const store: PlannedNode = { id: 'tikv-1', role: 'tikv', host: '10.9.0.11', ports: { main: 20160, status: 20180 }, dataDir: '/d/tikv-1' };
const all = [pd(1), pd(2), pd(3), store];

test('each PD member is started with the same list of members and with addresses that the others reach', () => {
  const { args } = tikv.launch(pd(2), all);
  expect(args).toEqual([
    '--name=pd-2', '--data-dir=/d/pd-2/data', '--client-urls=http://10.9.0.2:2379', '--advertise-client-urls=http://10.9.0.2:2379', '--peer-urls=http://10.9.0.2:2380',
    '--advertise-peer-urls=http://10.9.0.2:2380', '--initial-cluster=pd-1=http://10.9.0.1:2380,pd-2=http://10.9.0.2:2380,pd-3=http://10.9.0.3:2380', '--config=/d/pd-2/pd.toml',
  ]);
});

test('a store is told of every PD member, and serves clients and its status on two ports', () => {
  const { args } = tikv.launch(store, all);
  expect(args).toContain('--pd-endpoints=10.9.0.1:2379,10.9.0.2:2379,10.9.0.3:2379');
  expect(args.filter((arg) => arg.includes('addr'))).toEqual(['--addr=10.9.0.11:20160', '--advertise-addr=10.9.0.11:20160', '--status-addr=10.9.0.11:20180', '--advertise-status-addr=10.9.0.11:20180']);
});

test("a scenario's settings go into the file of the program that knows them, and before the lab's own", () => {
  const settings = { 'schedule.max-store-down-time': '1m', 'raftstore.hibernate-regions': false, 'storage.reserve-space': '0MB', lease: 3 };
  expect(tikv.launch(pd(1), all, settings).files?.get('pd.toml')).toBe('lease = 3\n\n[log]\nlevel = "info"\n\n[schedule]\nmax-store-down-time = "1m"\n');
  expect(tikv.launch(store, all, settings).files?.get('tikv.toml')).toBe('[raftstore]\ncapacity = "10GB"\nhibernate-regions = false\n\n[storage]\nreserve-space = "0MB"\nblock-cache.capacity = "256MB"\n');
});
