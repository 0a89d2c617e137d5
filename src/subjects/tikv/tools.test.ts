import { describe, expect, test } from 'vitest';
import { failed, ok } from '../../kernel/result.ts';
import type { Ports } from '../../ports/ports.ts';
import { tools } from './tools.ts';

const bodies: Readonly<Record<string, unknown>> = {
  '/stores': { count: 1, stores: [{ store: { id: 4, address: 'tikv-1:20160', state_name: 'Up', git_hash: 'x', labels: [{ key: 'zone', value: 'a' }] }, status: { leader_count: 40, slow_score: 1, leader_weight: 1 } }] },
  '/regions/check/pending-peer': { count: 7, regions: Array.from({ length: 7 }, (_, id) => ({ id, start_key: '78', peers: [{ store_id: 4 }], leader: { store_id: 4 } })) },
  '/members': { members: [{ name: 'pd-1' }], leader: { name: 'pd-1' } },
};
const ports = { controlPlane: { request: async ({ path }: { path: string }) => {
  const body = bodies[path.replace('/pd/api/v1', '')];
  if (path.endsWith('/health')) return failed('LAB_TIMEOUT', 'nobody answers');
  return ok(body === undefined ? { status: 503, body: 'redirect finds no leader' } : { status: 200, body: JSON.stringify(body) });
} } } as unknown as Ports;
const view = async (what: string) => {
  const answer = await tools[0]?.run({ what }, { ports, topology: { nodes: [{ id: 'tikv-1', role: 'tikv', host: 'h', aliases: ['tikv-1:20160', 'store-4'] }] } });
  return answer?.ok ? answer.value : undefined;
};

describe('pd_view', () => {
  test('shows stores under the names of the topology and without what never changes', async () => {
    expect(await view('stores')).toEqual({ stores: [{ node: 'tikv-1', id: 4, address: 'tikv-1:20160', state_name: 'Up', labels: [{ key: 'zone', value: 'a' }], leader_count: 40, slow_score: 1 }] });
  });

  test('counts regions in trouble and shows the first few', async () => {
    expect(await view('regions')).toMatchObject({ 'pending-peer': { count: 7, first: [{ id: 0 }, {}, {}, {}, {}] }, 'miss-peer': { status: 503 } });
  });

  test('says of each part that nobody answered it', async () => {
    expect(await view('members')).toEqual({ members: bodies['/members'], health: { error: { code: 'LAB_TIMEOUT', because: 'nobody answers' } } });
    for (const what of ['scheduling', 'hotspots', 'config']) expect(JSON.stringify(await view(what))).toContain('redirect finds no leader');
  });
});

describe('store_config', () => {
  const configs: Readonly<Record<string, object | undefined>> = {
    'tikv-1': { server: { addr: 'tikv-1:20160' }, storage: { 'block-cache': { capacity: '4GiB' }, engine: 'raft-kv' } },
    'tikv-2': { server: { addr: 'tikv-2:20160' }, storage: { 'block-cache': { capacity: '256MiB' }, engine: 'raft-kv' } },
  };
  const stores = ['tikv-1', 'tikv-2', 'tikv-3'].map((id) => ({ id, role: 'tikv', host: id, aliases: [`${id}:20160`, `${id}:20180`] }));
  const statusPorts = { controlPlane: { request: async ({ path, node = '' }: { path: string; node?: string }) => {
    const body = path === '/config' ? configs[node] : undefined;
    return body === undefined ? failed('LAB_CONNECTION_REFUSED', `${node} refuses`) : ok({ status: 200, body: JSON.stringify(body) });
  } } } as unknown as Ports;
  const shown = async (args: object) => {
    const answer = await tools.find(({ name }) => name === 'store_config')?.run(args as never, { ports: statusPorts, topology: { nodes: stores } });
    return answer?.ok ? answer.value : undefined;
  };

  test('names what one store has otherwise than the others, and who did not answer', async () => {
    expect(await shown({})).toEqual({
      answered: ['tikv-1', 'tikv-2'], unanswered: { 'tikv-3': { code: 'LAB_CONNECTION_REFUSED', because: 'tikv-3 refuses' } },
      differs: { 'storage.block-cache.capacity': { 'tikv-1': '4GiB', 'tikv-2': '256MiB' } }, same: 2,
    });
  });

  test('takes only whole names for its own: a host whose address begins like another is another', async () => {
    const hosts = ['10.0.0.1', '10.0.0.12', '10.0.0.13'];
    const near = { '10.0.0.1': '10.0.0.12:9091', '10.0.0.12': '10.0.0.13:9091', '10.0.0.13': '10.0.0.13:9091' } as Record<string, string>;
    const bodyOf = (host: string) => ({ server: { addr: `${host}:20160`, 'advertise-addr': `http://${host}:20160` }, metric: { address: near[host] }, security: { monitoring: '10.0.0.12:9090' } });
    const asked = { controlPlane: { request: async ({ node = '' }: { node?: string }) => ok({ status: 200, body: JSON.stringify(bodyOf(node)) }) } } as unknown as Ports;
    const nodes = hosts.map((id) => ({ id, role: 'tikv', host: id, aliases: ['', `${id}:20160`] }));
    const answer = await tools.find(({ name }) => name === 'store_config')?.run({}, { ports: asked, topology: { nodes } });
    expect(answer?.ok && answer.value).toMatchObject({ differs: { 'metric.address': { '10.0.0.1': '10.0.0.12:9091', '10.0.0.12': '10.0.0.13:9091', '10.0.0.13': '(itself):9091' } }, same: 3 });
  });

  test('lists the settings that somebody asks for, of all stores or of one by any of its names', async () => {
    expect(await shown({ part: 'engine' })).toMatchObject({ settings: { 'storage.engine': 'raft-kv' } });
    expect(await shown({ node: 'tikv-2:20180', part: 'capacity' })).toMatchObject({ answered: ['tikv-2'], differs: {}, settings: { 'storage.block-cache.capacity': '256MiB' } });
  });

  test('a recording that nobody asked says so', async () => {
    const told = '{"error":"this is a recording, and it holds no answer of tikv-1 to GET /config"}';
    expect(await storeConfigOf({ status: 404, body: told })).toEqual({ answered: [], unanswered: { 'tikv-1': { status: 404, body: told } }, differs: {}, same: 0 });
  });
});

async function storeConfigOf(answered: { readonly status: number; readonly body: string }) {
  const recorded = { controlPlane: { request: async () => ok(answered) } } as unknown as Ports;
  const answer = await tools.find(({ name }) => name === 'store_config')?.run({}, { ports: recorded, topology: { nodes: [{ id: 'tikv-1', role: 'tikv', host: 'h', aliases: [] }] } });
  return answer?.ok ? answer.value : undefined;
}
