import { describe, expect, test } from 'vitest';
import { ok } from '../../kernel/result.ts';
import type { Violation } from '../contract.ts';
import { fakePorts, ids, type Story } from './fake-cluster.test-kit.ts';
import { hexId } from './bodies.ts';
import { reads } from './reads.ts';
import { etcd } from './subject.ts';

const look = (story: Story = {}) => etcd.observe(fakePorts(story), { now: () => 1_000, sleep: async () => {} });

async function violated(story: Story): Promise<string[]> {
  const observation = await look(story);
  return etcd.invariants.flatMap(({ name, violations }) => violations(observation).map(({ component }: Violation) => `${name}:${component}`));
}

describe('a look at etcd', () => {
  test('finds nothing wrong in a healthy cluster', async () => {
    expect(await violated({})).toEqual([]);
    expect(await look()).toMatchObject({ leader: 'etcd-1', voters: 3, blind: [], alarms: [] });
  });

  test('knows a member by name, address, and by its id in both bases', async () => {
    const { topology } = await look();
    expect(topology.nodes.map(({ id, role }) => `${id} ${role}`)).toEqual(['etcd-1 member', 'etcd-2 member', 'etcd-3 member']);
    expect(topology.nodes[2]?.aliases).toEqual(expect.arrayContaining(['10.77.1.13:2379', '10.77.1.13:2380', ids['etcd-3'], '454a66ff7f2581d']));
    expect(hexId('10828644234260681754')).toBe('9647128ef630941a');
  });

  test('knows a member by the id that it exports where nobody tells the list of members', async () => {
    const silent = fakePorts({ members: { 'etcd-1': 'silent', 'etcd-2': 'silent', 'etcd-3': 'silent' } });
    const exported = { labels: { job: 'etcd', instance: '10.77.1.13:2379', server_id: '454a66ff7f2581d' }, atMs: 0, value: 1 };
    const metrics = { ...silent.metrics, query: async (promql: string) => (promql.includes('etcd_server_id') ? ok([exported]) : silent.metrics.query(promql)) };
    const { topology } = await etcd.observe({ ...silent, metrics }, { now: () => 1_000, sleep: async () => {} });
    expect(topology.nodes[2]?.aliases).toEqual(expect.arrayContaining([ids['etcd-3'], '454a66ff7f2581d']));
  });

  test('tells a member that refuses from one that is silent', async () => {
    expect(await violated({ members: { 'etcd-2': 'refuses' } })).toEqual(['member-down:etcd-2', 'redundancy:cluster']);
    expect(await violated({ members: { 'etcd-2': 'silent' } })).toEqual(['member-silent:etcd-2', 'redundancy:cluster']);
  });

  test('tells a member without a leader from a cluster without a quorum', async () => {
    expect(await violated({ members: { 'etcd-3': { health: 'RAFT NO LEADER' } } })).toEqual(['member-leaderless:etcd-3']);
    expect(await violated({ members: { 'etcd-1': 'refuses', 'etcd-2': 'refuses', 'etcd-3': { health: 'RAFT NO LEADER' } } })).toEqual(['member-down:etcd-1', 'member-down:etcd-2', 'member-leaderless:etcd-3', 'quorum-lost:cluster', 'redundancy:cluster']);
  });

  test('after a partition the leader of the newer term counts, whatever the old one believes', async () => {
    expect(await look({ members: { 'etcd-1': { leader: 'etcd-1', term: 2 }, 'etcd-2': { leader: 'etcd-2', term: 3 }, 'etcd-3': { leader: 'etcd-2', term: 3 } } })).toMatchObject({ leader: 'etcd-2' });
  });

  test('reads alarms from the status, which needs no quorum', async () => {
    const errors = [`memberID:${ids['etcd-3']} alarm:NOSPACE `];
    expect(await look({ members: { 'etcd-2': { leader: 'etcd-1', errors } } })).toMatchObject({ alarms: [{ alarm: 'NOSPACE', node: 'etcd-3' }] });
    expect(await violated({ members: { 'etcd-2': { leader: 'etcd-1', errors } } })).toEqual(['alarm:cluster']);
  });

  test('a member that is thousands of entries behind lags', async () => {
    expect(await violated({ members: { 'etcd-3': { leader: 'etcd-1', applied: 100 } } })).toEqual(['member-lags:etcd-3']);
  });

  test('a restart is worth a ticket unless somebody asked for it, and unknown where logs cannot be read', async () => {
    const metrics = { 'changes(process_start': { 'etcd-2': 1 } };
    expect(await violated({ metrics, askedToStop: [] })).toEqual(['unplanned-restart:etcd-2']);
    expect(await violated({ metrics, askedToStop: ['etcd-2'] })).toEqual([]);
    const restart = etcd.invariants.find(({ name }) => name === 'unplanned-restart');
    expect(restart?.cannotTell?.(await look({ metrics, askedToStop: undefined }))).toBe(true);
  });

  test('a full quota is near before it is reached', async () => {
    expect(await violated({ members: { 'etcd-1': { leader: 'etcd-1', dbBytes: 900 } }, metrics: { '=etcd_server_quota_backend_bytes': { 'etcd-1': 1_000 } } })).toEqual(['space-low:etcd-1']);
  });

  test('sees nothing where nothing answers and nothing refuses, and says so', async () => {
    const silent = { 'etcd-1': 'silent', 'etcd-2': 'silent', 'etcd-3': 'silent' } as const;
    expect((await look({ members: silent })).blind).toMatchObject([{ what: 'the members' }]);
    expect(await violated({ members: silent })).toEqual([]);
  });
});

describe('requests that only read', () => {
  test.each<[string, string, string | undefined, boolean]>([
    ['GET', '/health', undefined, true],
    ['POST', '/v3/maintenance/status', '{}', true],
    ['POST', '/v3/cluster/member/list', '{}', true],
    ['POST', '/v3/maintenance/alarm', '{"action":"GET"}', true],
    ['POST', '/v3/maintenance/alarm', '{"action":"DEACTIVATE","memberID":"0","alarm":"NOSPACE"}', false],
    ['POST', '/v3/maintenance/alarm', '{"action":2}', false],
    ['POST', '/v3/maintenance/alarm', 'not JSON', false],
    ['POST', '/v3/maintenance/defragment', '{}', false],
    ['POST', '/v3/maintenance/transfer-leadership', '{"targetID":"1"}', false],
    ['POST', '/v3/kv/put', '{"key":"Zm9v"}', false],
    ['POST', '/v3/cluster/member/remove', '{"ID":"1"}', false],
  ])('%s %s %s: %s', (method, path, body, expected) => {
    expect(reads({ method: method as 'GET' | 'POST', path, ...(body !== undefined && { body }) })).toBe(expected);
  });

  test('every request of a snapshot is one', () => {
    expect(etcd.snapshot.filter(({ path, body }) => !reads({ method: body === undefined ? 'GET' : 'POST', path, ...(body !== undefined && { body }) }))).toEqual([]);
  });
});

describe('tools of the desk', () => {
  const call = async (tool: string, story: Story) => {
    const ports = fakePorts(story);
    const { topology } = await etcd.observe(ports, { now: () => 0, sleep: async () => {} });
    const answer = await etcd.tools.find(({ name }) => name === tool)?.run({}, { ports, topology });
    return answer?.ok ? answer.value : answer;
  };

  test('a status shows every member side by side, and how the others fail to answer', async () => {
    expect(await call('member_status', { members: { 'etcd-2': 'refuses', 'etcd-3': {} } })).toMatchObject({
      members: { 'etcd-1': { answers: true, leaderIs: 'etcd-1', leads: true }, 'etcd-2': { answers: false, how: 'refused' }, 'etcd-3': { answers: true, leaderIs: null, leads: false } },
    });
  });

  test('alarms are named with the member that raised them', async () => {
    const errors = [`memberID:${ids['etcd-3']} alarm:NOSPACE `];
    expect(await call('alarms', { members: { 'etcd-1': { leader: 'etcd-1', errors }, 'etcd-2': { leader: 'etcd-1', errors } } })).toMatchObject({ raised: [{ alarm: 'NOSPACE', raisedBy: 'etcd-3' }] });
  });
});
