import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { connectionFrom } from '../../../src/cli/connection.ts';
import { orThrow } from '../../../src/kernel/result.ts';
import { findCluster } from './find.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const page = '# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds 1\n';

/** Two PD members and a store, of which only the first member is named to the lab. */
async function smallCluster() {
  const store = await listen((request, response) => response.writeHead(['/metrics', '/config'].includes(request.url ?? '') ? 200 : 404).end(request.url === '/config' ? '{"storage":{"engine":"raft-kv"}}' : page));
  const addresses: string[] = [];
  const members = () => addresses.map((address, i) => ({ name: `pd-${i + 1}`, member_id: i + 1, client_urls: [`http://${address}`], peer_urls: [] }));
  const bodies: Record<string, () => unknown> = {
    '/pd/api/v1/members': () => ({ header: { cluster_id: 1 }, members: members(), leader: members()[0], etcd_leader: members()[0] }),
    '/pd/api/v1/stores': () => ({ count: 1, stores: [{ store: { id: 1, address: 'tikv-1.internal:20160', status_address: store, state_name: 'Up' }, status: { capacity: '10GiB', available: '5GiB', leader_count: 1, region_count: 1, last_heartbeat_ts: '2026-01-01T00:00:00Z' } }] }),
    '/pd/api/v1/health': () => members().map(({ name, member_id, client_urls }) => ({ name, member_id, client_urls, health: true })),
    '/pd/api/v1/leader': () => members()[0],
  };
  for (let i = 0; i < 2; i++) {
    addresses.push(await listen((request, response) => {
      const path = new URL(request.url ?? '/', 'http://any').pathname;
      response.end(path === '/metrics' ? page : JSON.stringify(bodies[path]?.() ?? { count: 0, regions: [] }));
    }));
  }
  return { addresses, store };
}

test('from one PD member the others and the stores are found, and every page of metrics that can be reached', async () => {
  const { addresses: [first = '', second = ''], store } = await smallCluster();
  const connection = connectionFrom({ attach: `pd=http://${first}` });
  await using cluster = orThrow(await findCluster(connection, { logs: [], selectors: [] }));
  expect(cluster.members.map(({ node }) => node)).toEqual([first, second]);
  expect(cluster.nodes().map(({ id, role }) => `${role} ${id}`).toSorted()).toEqual([`pd ${first}`, `pd ${second}`, 'tikv tikv-1.internal:20160'].toSorted());
  const targets = await cluster.ports.metrics.transport({ method: 'GET', path: '/api/v1/targets' });
  const active = targets.ok ? (JSON.parse(targets.value.body) as { data: { activeTargets: { labels: Record<string, string> }[] } }).data.activeTargets : [];
  expect(active.map(({ labels }) => `${labels['job']} ${labels['instance']}`).toSorted()).toEqual([`pd ${first}`, `pd ${second}`, `tikv ${store}`].toSorted());
});

test("a store's settings are asked of its own status port, and never changed there", async () => {
  const { addresses: [first = ''] } = await smallCluster();
  await using cluster = orThrow(await findCluster(connectionFrom({ attach: `pd=http://${first}` }), { logs: [], selectors: [] }));
  const { controlPlane } = cluster.ports;
  expect(await controlPlane.request({ method: 'GET', path: '/config', node: 'tikv-1.internal:20160' })).toMatchObject({ ok: true, value: { status: 200, body: '{"storage":{"engine":"raft-kv"}}' } });
  expect(await controlPlane.request({ method: 'POST', path: '/config', body: '{}', node: 'tikv-1.internal:20160' })).toMatchObject({ ok: false, failure: { code: 'LAB_READ_ONLY' } });
  expect(await controlPlane.request({ method: 'GET', path: '/config', node: 'tikv-9' })).toMatchObject({ ok: false, failure: { code: 'LAB_NO_MEMBER' } });
});

test('a member that is known and cannot be reached from here is listed, and not asked', async () => {
  const { addresses } = await smallCluster();
  servers.at(-1)?.closeAllConnections();
  await new Promise((resolve) => servers.pop()?.close(resolve));
  const connection = connectionFrom({ attach: `pd=http://${addresses[0]}` });
  await using cluster = orThrow(await findCluster(connection, { logs: [], selectors: [] }));
  expect(cluster.members.map(({ node }) => node)).toEqual([addresses[0]]);
  expect(cluster.nodes().map(({ id }) => id)).toContain(addresses[1]);
});

test('logs may be named by any name of a node, and those of the others are not called quiet', async () => {
  const { addresses: [first = ''] } = await smallCluster();
  const connection = connectionFrom({ attach: `pd=http://${first}` });
  await using cluster = orThrow(await findCluster(connection, { logs: ['store-1=/dev/null'], selectors: [] }));
  expect(await cluster.ports.logs.search({ node: 'tikv-1.internal:20160' })).toMatchObject({ ok: true, value: { matched: 0 } });
  expect(await cluster.ports.logs.search({ node: first })).toMatchObject({ ok: false, failure: { code: 'LAB_NO_LOGS' } });
});
