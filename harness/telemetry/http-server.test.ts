import { request as rawRequest } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { ok, failed, orThrow } from '../../src/kernel/result.ts';
import type { HttpRequest, Transport } from '../../src/ports/http.ts';
import { listen, type HttpServer, type ListenOptions } from './http-server.ts';
import { prometheusTransport } from './prometheus-api.ts';
import { storeOf } from './promql/series-notation.ts';

const servers: HttpServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(transport: Transport, options: Partial<ListenOptions> = {}): Promise<string> {
  const server = orThrow(await listen(transport, { port: 0, ...options }));
  servers.push(server);
  return server.url;
}

/** Says what it was asked. */
const echo: Transport = async (request) => ok({ status: 200, body: JSON.stringify(request), contentType: 'application/json' });
const asked = async (response: Promise<Response>): Promise<HttpRequest> => (await response).json() as Promise<HttpRequest>;

describe('a request', () => {
  test('brings path and repeated parameters as they were meant', async () => {
    const url = await serve(echo);
    expect(await asked(fetch(`${url}/api/v1/label/a%2Fb/values?match%5B%5D=up%7Ba%3D%22%2B%22%7D&match[]=b+c&x`))).toEqual({
      method: 'GET', path: '/api/v1/label/a%2Fb/values', query: { 'match[]': ['up{a="+"}', 'b c'], x: [''] },
    });
  });

  test('brings the body of a form, and of a form alone', async () => {
    const url = await serve(echo);
    const post = (type: string) => asked(fetch(`${url}/q?a=1`, { method: 'POST', body: 'query=up%2B1', headers: { 'content-type': type } }));
    expect(await post('application/x-www-form-urlencoded; charset=utf-8')).toMatchObject({ method: 'POST', query: { a: ['1'] }, body: 'query=up%2B1' });
    expect(await post('application/json')).not.toHaveProperty('body');
  });

  test.each(['DELETE', 'PUT', 'OPTIONS'])('by %s is not allowed', async (method) => {
    expect((await fetch(await serve(echo), { method })).status).toBe(405);
  });

  test('by HEAD gets the head of the answer to a GET', async () => {
    const response = await fetch(`${await serve(prometheusTransport(storeOf('1s', {}), () => 0))}/-/ready`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '28', '']);
  });

  test('with a body that is too large, or an escape that is none, is bad data', async () => {
    const url = await serve(echo, { maxBodyBytes: 10 });
    const large = await fetch(url, { method: 'POST', body: 'x'.repeat(100_000), headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect([large.status, await large.json()]).toEqual([400, { status: 'error', errorType: 'bad_data', error: 'error parsing form values: http: POST too large' }]);
    const broken = await fetch(`${url}/q?query=%zz`);
    expect([broken.status, await broken.json()]).toMatchObject([400, { error: 'error parsing form values: invalid URL escape "%zz"' }]);
  });

  test('whose answer is a failure or a bug gets 502 or 500, and the server goes on', async () => {
    const bugs: unknown[] = [];
    const transport: Transport = async ({ path }) => {
      if (path === '/bug') throw new Error('secret detail');
      return failed('LAB_X', 'the other side is away');
    };
    const url = await serve(transport, { onBug: (error) => bugs.push(error) });
    const [bug, away] = [await fetch(`${url}/bug`), await fetch(`${url}/away`)];
    expect([bug.status, (await bug.text()).includes('secret'), bugs.length]).toEqual([500, false, 1]);
    expect([away.status, await away.text()]).toEqual([502, 'the other side is away\n']);
  });
});

test('a query of 100,000 characters fits into the request line', async () => {
  const url = await serve(prometheusTransport(storeOf('1s', { m: '1' }), () => 0));
  const response = await fetch(`${url}/api/v1/query?query=m${'%20'.repeat(33_000)}%2B1`);
  expect(await response.json()).toMatchObject({ status: 'success', data: { result: [{ value: [0, '2'] }] } });
});

test('a client that goes away aborts what it asked for', async () => {
  const { promise: asked, resolve: onAsked } = Promise.withResolvers<void>();
  const { promise: aborted, resolve: onAborted } = Promise.withResolvers<void>();
  const url = await serve((_, signal) => {
    signal?.addEventListener('abort', () => onAborted());
    onAsked();
    return new Promise(() => {});
  });
  const request = rawRequest(url).on('error', () => {});
  request.end();
  await asked;
  request.destroy();
  await aborted;
});

test('closing lets the answer under way through, and the port is free again', async () => {
  const { promise: asked, resolve: onAsked } = Promise.withResolvers<void>();
  const { promise: body, resolve: answer } = Promise.withResolvers<string>();
  const late: Transport = async () => {
    onAsked();
    return ok({ status: 200, body: await body });
  };
  const server = orThrow(await listen(late, { port: 0 }));
  const response = fetch(server.url, { headers: { connection: 'close' } });
  await asked;
  const closed = server.close();
  answer('late');
  expect(await (await response).text()).toBe('late');
  await closed;
  const again = orThrow(await listen(echo, { port: server.port }));
  expect(again.port).toBe(server.port);
  await again.close();
});

test('only this machine can ask, unless told otherwise', async () => {
  expect(await serve(echo)).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test.each([
  ['a port that is taken', (port: number) => ({ port }), 'is taken by another process'],
  ['an address of another machine', () => ({ port: 0, host: '192.0.2.1' }), 'is no address of this machine'],
] as [string, (port: number) => ListenOptions, string][])('%s is a failure with advice', async (_, options, because) => {
  const taken = new URL(await serve(echo)).port;
  const result = await listen(echo, options(Number(taken)));
  expect(result).toMatchObject({ ok: false, failure: { code: 'LAB_LISTEN', because: expect.stringContaining(because), advice: expect.any(String) } });
});
