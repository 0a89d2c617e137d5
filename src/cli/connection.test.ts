import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { LabError } from '../kernel/result.ts';
import { connectionFrom, type ConnectionFlags } from './connection.ts';
import { placesOf } from './places.ts';

describe('where a cluster is', () => {
  test('members and Prometheus are read from one word', () => {
    const places = placesOf({ attach: 'pd=http://a:2379,http://b:2379,prometheus=http://m:9090/prom' });
    expect(places.ok && [places.value.kind, places.value.members.map(String), String(places.value.prometheus)]).toEqual(['pd', ['http://a:2379/', 'http://b:2379/'], 'http://m:9090/prom']);
  });

  test.each<[ConnectionFlags, string]>([
    [{}, 'no cluster is named'],
    [{ attach: 'http://a:2379' }, '--attach http://a:2379: it is not said what this is'],
    [{ attach: 'prometheus=http://m:9090' }, 'a Prometheus is named and no control plane'],
    [{ attach: 'pd=http://a:2379,etcd=http://b:2379' }, 'pd= and etcd= are two clusters'],
    [{ attach: 'pd=a:2379' }, 'pd: a:2379 is not an http(s) URL'],
    [{ attach: 'mysql=http://a:1' }, 'mysql= names no control plane that is known'],
    [{ attach: 'etcd=http://a:2379', subject: 'tikv' }, 'etcd= is the control plane of etcd, not of tikv'],
    [{ attach: 'pd=http://a:2379', cert: 'x.pem' }, 'a client certificate and its key come together'],
    [{ attach: 'pd=http://a:2379', tokenEnv: 'LAB_TEST_NO_SUCH_TOKEN' }, 'the variable LAB_TEST_NO_SUCH_TOKEN holds no token'],
  ])('%o is a usage error: %s', (flags, because) => {
    expect(() => connectionFrom(flags)).toThrow(expect.objectContaining({ exitCode: 2, failure: expect.objectContaining({ because }) as unknown }) as LabError);
  });

  test('a password in a URL is refused, and the message does not repeat it', () => {
    const places = placesOf({ attach: 'pd=http://root:hunter2@a:2379' });
    expect(places).toMatchObject({ ok: false, failure: { because: 'the URL of pd holds a password' } });
    expect(JSON.stringify(places)).not.toContain('hunter2');
  });
});

describe('an attached cluster is read only', () => {
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => (server.closeAllConnections(), server.close())));

  async function counting(): Promise<{ readonly url: string; readonly asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end('{}');
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  test.each([
    ['pd', [['GET', '/pd/api/v1/stores'], ['GET', '/metrics']], [['POST', '/pd/api/v1/schedulers'], ['DELETE', '/pd/api/v1/schedulers/x'], ['POST', '/pd/api/v1/config'], ['GET', '/debug/pprof/profile'], ['GET', '/pd/api/v1/../../debug/pprof/profile']]],
    ['etcd', [['POST', '/v3/maintenance/status'], ['POST', '/v3/cluster/member/list'], ['GET', '/health'], ['GET', '/metrics']], [['POST', '/v3/kv/put'], ['POST', '/v3/maintenance/defragment'], ['POST', '/v3/cluster/member/remove'], ['POST', '/v3/kv/txn']]],
  ] as const)('%s: what reads arrives, what writes never does', async (kind, good, bad) => {
    const { url, asked } = await counting();
    const { members } = connectionFrom({ attach: `${kind}=${url}` });
    for (const [method, path] of [...good, ...bad]) await members[0]?.transport({ method, path, ...(method === 'POST' && { body: '{}' }) });
    expect(asked).toEqual(good.map(([method, path]) => `${method} ${path}`));
  });

  test('etcd alarms are listed and never cleared', async () => {
    const { url, asked } = await counting();
    const { members } = connectionFrom({ attach: `etcd=${url}` });
    for (const action of ['GET', 'DEACTIVATE', 'ACTIVATE', 2]) await members[0]?.transport({ method: 'POST', path: '/v3/maintenance/alarm', body: JSON.stringify({ action }) });
    expect(asked).toHaveLength(1);
  });

  test('Prometheus answers queries and is not reloaded', async () => {
    const { url, asked } = await counting();
    const { prometheus } = connectionFrom({ attach: `etcd=${url},prometheus=${url}` });
    await prometheus?.({ method: 'POST', path: '/-/reload' });
    await prometheus?.({ method: 'GET', path: '/api/v1/query', query: { query: 'up' } });
    expect(asked).toEqual(['GET /api/v1/query?query=up']);
  });
});
