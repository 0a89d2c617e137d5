import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { RoleSpec } from '../../deployments/contract.ts';
import type { ClusterSpec } from '../contract.ts';
import { nodesOf, portVariable, settingVariables } from './compose-file.ts';
import { addressOf, overrideFile } from './override.ts';

const member: RoleSpec = { role: 'member', nodePrefix: 'etcd', program: 'etcd', ports: { main: 2379, peer: 2380 }, metricsPort: 'main', job: 'etcd', controlPlane: true };
const spec = (more: Partial<ClusterSpec>): ClusterSpec => ({ kind: 'compose', subject: 'etcd', roles: { member: 3 }, regions: 0, load: { shape: 'idle', ratePerSecond: 0, reads: 0, keys: 'uniform', valueBytes: 0 }, ...more });
const services = ['clients', 'etcd-1', 'etcd-2', 'etcd-3', 'prometheus'];

test('nodes are the services that are called like a role’s nodes', () => {
  const nodes = nodesOf(spec({}), [member], { services });
  expect(nodes.ok && nodes.value.map(({ id }) => id)).toEqual(['etcd-1', 'etcd-2', 'etcd-3']);
});

test('as many nodes as the file does not have are refused, with both numbers', () => {
  expect(nodesOf(spec({ roles: { member: 5 } }), [member], { services })).toMatchObject({ failure: { code: 'LAB_NODES', because: 'compose/etcd/compose.yaml has 3 nodes of the role member, the scenario asks for 5' } });
});

test('a setting of the database becomes a variable of the file, and one that the file has none for is refused', () => {
  expect(settingVariables(spec({ settings: { 'quota-backend-bytes': 16_777_216 } }))).toEqual({ ok: true, value: { LAB_ETCD_QUOTA_BACKEND_BYTES: '16777216' } });
  expect(settingVariables(spec({ settings: { 'max-wals': 1 } }))).toMatchObject({ failure: { code: 'LAB_SETTING', because: 'compose/etcd/compose.yaml has no variable LAB_ETCD_MAX_WALS for the setting max-wals' } });
});

test('a node’s ports on this machine have names that a person can set', () => {
  expect([portVariable('pd-1', 'main'), portVariable('tikv-3', 'status')]).toEqual(['LAB_PORT_PD_1', 'LAB_PORT_TIKV_3_STATUS']);
});

test('every service has an address of its own in the run’s network, which the second file fixes', () => {
  const nodes = [{ id: 'etcd-1', published: [{ port: 2379, hostPort: '23790' }] }];
  const additions = { run: 'lab1', network: '10.213.7', services, nodes, hostImage: 'sleeper:1', disks: new Map([['etcd-1', '/scratch/etcd-1']]) };
  expect(services.map((service) => addressOf(service, additions))).toEqual(['10.213.7.10', '10.213.7.11', '10.213.7.12', '10.213.7.13', '10.213.7.14']);
  expect(parse(overrideFile(additions), { logLevel: 'silent' })).toMatchObject({
    services: { 'etcd-1-host': { image: 'sleeper:1', ports: ['127.0.0.1:23790:2379'], networks: { cluster: { ipv4_address: '10.213.7.11', aliases: ['etcd-1'] } } }, prometheus: { networks: { cluster: { ipv4_address: '10.213.7.14' } } } },
    networks: { cluster: { ipam: { config: [{ subnet: '10.213.7.0/24', gateway: '10.213.7.1' }] } } },
    volumes: { 'etcd-1': { driver_opts: { type: 'none', o: 'bind', device: '/scratch/etcd-1' } } },
  });
});

test('a node’s program runs in the network of its host, so that its address outlives it', () => {
  const additions = { run: 'lab1', network: '10.213.7', services, nodes: [{ id: 'etcd-1', published: [] }], hostImage: 'sleeper:1', disks: new Map() };
  expect(overrideFile(additions)).toContain('  etcd-1: { network_mode: "service:etcd-1-host", networks: !reset null, ports: !reset [] }');
});
