import { describe, expect, it } from 'vitest';
import { failed, ok } from '../../../src/kernel/result.ts';
import type { HttpRequest, Transport } from '../../../src/ports/http.ts';
import type { PlannedNode } from '../contract.ts';
import { etcd } from './deployment.ts';

const nodes: readonly PlannedNode[] = [1, 2, 3].map((n) => ({ id: `etcd-${n}`, role: 'member', host: `10.77.1.1${n}`, ports: { main: 2379, peer: 2380 }, dataDir: `/data/${n}` }));
const ids = ['4826800593843766645', '10828644234260681754', '312057274026842141'];

/** Members that answer as recorded ones did; `leaders` is whom each names. */
function members(leaders: readonly (string | undefined)[], asked: HttpRequest[] = []) {
  return (node: string): Transport => async (request) => {
    asked.push(request);
    const at = nodes.findIndex(({ id }) => id === node);
    if (request.path === '/v3/kv/put') return ok({ status: 200, body: '{"header":{}}' });
    if (request.path === '/health') return ok({ status: leaders[at] === undefined ? 503 : 200, body: '{"health":"false","reason":"RAFT NO LEADER"}' });
    const status = { header: { cluster_id: '1', member_id: ids[at], revision: '4' }, version: '3.5.16', ...(leaders[at] !== undefined && { leader: leaders[at] }) };
    return ok({ status: 200, body: JSON.stringify(status).replaceAll(',', ', ') });
  };
}

describe('etcd, deployed', () => {
  it('starts with its own defaults, extensive metrics, and what the scenario sets', () => {
    const { args } = etcd.launch(nodes[1] as PlannedNode, nodes, { 'quota-backend-bytes': 20_971_520, name: 'not this' });
    expect(args).toEqual(expect.arrayContaining([
      '--name=etcd-2', '--data-dir=/data/2', '--listen-client-urls=http://10.77.1.12:2379', '--initial-advertise-peer-urls=http://10.77.1.12:2380',
      '--initial-cluster=etcd-1=http://10.77.1.11:2380,etcd-2=http://10.77.1.12:2380,etcd-3=http://10.77.1.13:2380', '--metrics=extensive', '--quota-backend-bytes=20971520',
    ]));
    expect(args.filter((arg) => arg.startsWith('--name='))).toHaveLength(1);
  });

  it('has settled when all members name one leader and a write goes through', async () => {
    const asked: HttpRequest[] = [];
    expect((await etcd.settled(nodes, members([ids[1], ids[1], ids[1]], asked))).ok).toBe(true);
    expect(asked.at(-1)?.path).toBe('/v3/kv/put');
    expect(await etcd.settled(nodes, members([ids[1], undefined, ids[1]]))).toMatchObject({ failure: { because: 'etcd-2 knows no leader' } });
    expect(await etcd.settled(nodes, members([ids[1], ids[0], ids[1]]))).toMatchObject({ failure: { because: 'the members name 2 leaders' } });
  });

  it('is not ready while it answers otherwise, and says what it answered', async () => {
    expect(await etcd.ready(nodes[0] as PlannedNode, members([undefined]))).toMatchObject({ failure: { because: expect.stringContaining('503') } });
  });

  it('knows its members by their ids in both forms, and who leads; a silent one only by its addresses', async () => {
    const ask = members([ids[1], ids[1], ids[1]]);
    const found = await etcd.identify(nodes, (node) => (node === 'etcd-3' ? async () => failed('LAB_TIMEOUT', 'silent') : ask(node)));
    expect(found.get('etcd-1')).toEqual({ aliases: ['10.77.1.11:2379', '10.77.1.11:2380', '4826800593843766645', '42fc3d910db3c575'], leads: false });
    expect(found.get('etcd-2')).toMatchObject({ leads: true });
    expect(found.get('etcd-3')).toEqual({ aliases: ['10.77.1.13:2379', '10.77.1.13:2380'] });
  });
});
