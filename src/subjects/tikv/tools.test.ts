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
