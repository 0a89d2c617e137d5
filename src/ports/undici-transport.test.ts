import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MockAgent } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { httpTransport } from './undici-transport.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

/** A server that answers with what it was asked. */
const echo = () =>
  serve((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ url: request.url, method: request.method, type: request.headers['content-type'], allow: request.headers['pd-allow-follower-handle'], body })));
  });

describe('HTTP to a real server', () => {
  test('path, repeated query words and characters of PromQL arrive as they were meant', async () => {
    const ask = httpTransport(await echo(), { timeoutMs: 5_000 });
    const answer = await ask({ method: 'GET', path: '/api/v1/series', query: { 'match[]': ['up{job="tikv"}', 'a+b & c'], start_key: '' } });
    expect(answer.ok && JSON.parse(answer.value.body).url).toBe('/api/v1/series?match%5B%5D=up%7Bjob%3D%22tikv%22%7D&match%5B%5D=a%2Bb+%26+c&start_key=');
  });

  test('a path in the base URL stays in front, and headers are sent', async () => {
    const ask = httpTransport(new URL('/prometheus/', await echo()), { timeoutMs: 5_000, headers: { 'PD-Allow-follower-handle': 'true' } });
    const answer = await ask({ method: 'GET', path: '/api/v1/query' });
    expect(answer.ok && JSON.parse(answer.value.body)).toMatchObject({ url: '/prometheus/api/v1/query', allow: 'true' });
  });

  test('the body of a POST arrives with its content type', async () => {
    const ask = httpTransport(await echo(), { timeoutMs: 5_000 });
    const answers = [await ask({ method: 'POST', path: '/a', body: '{"delay":60}' }), await ask({ method: 'POST', path: '/b', body: 'query=up' })];
    expect(answers.map((answer) => answer.ok && JSON.parse(answer.value.body))).toMatchObject([
      { type: 'application/json', body: '{"delay":60}' },
      { type: 'application/x-www-form-urlencoded', body: 'query=up' },
    ]);
  });

  test('a 503 is an answer, not a failure', async () => {
    const ask = httpTransport(await serve((_, response) => response.writeHead(503).end('no leader')), { timeoutMs: 5_000 });
    expect(await ask({ method: 'GET', path: '/' })).toEqual({ ok: true, value: { status: 503, body: 'no leader' } });
  });

  test('a port without a process is a refused connection', async () => {
    const url = await echo();
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await httpTransport(url, { timeoutMs: 5_000 })({ method: 'GET', path: '/x' })).toMatchObject({ ok: false, failure: { code: 'LAB_CONNECTION_REFUSED' } });
  });

  test('a server that takes the request and never answers is a timeout', async () => {
    const ask = httpTransport(await serve(() => {}), { timeoutMs: 30 });
    expect(await ask({ method: 'GET', path: '/stores' })).toMatchObject({ ok: false, failure: { code: 'LAB_TIMEOUT', because: expect.stringContaining('/stores within 30 ms') as string } });
  });

  test('a server that stops in the middle of its answer is a timeout too', async () => {
    const ask = httpTransport(await serve((_, response) => void response.writeHead(200).write('{"stores":[')), { timeoutMs: 30 });
    expect(await ask({ method: 'GET', path: '/stores' })).toMatchObject({ ok: false, failure: { code: 'LAB_TIMEOUT' } });
  });

  test('a connection that is cut while answering is named as that', async () => {
    const ask = httpTransport(await serve((_, response) => response.destroy()), { timeoutMs: 5_000 });
    expect(await ask({ method: 'GET', path: '/' })).toMatchObject({ ok: false, failure: { code: 'LAB_CONNECTION_RESET' } });
  });

  test('an interrupt is not a fault of the server', async () => {
    const stop = new AbortController();
    const ask = httpTransport(await serve(() => stop.abort(new Error('interrupted'))), { timeoutMs: 5_000 });
    await expect(ask({ method: 'GET', path: '/' }, stop.signal)).rejects.toThrow('interrupted');
  });

  test.each([
    ['ENOTFOUND', 'LAB_DNS'],
    ['EHOSTUNREACH', 'LAB_UNREACHABLE'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'LAB_TLS'],
    ['ESOMETHINGNEW', 'LAB_TRANSPORT'],
  ])('the system error %s is told as %s', async (code, told) => {
    const dispatcher = new MockAgent();
    dispatcher.disableNetConnect();
    dispatcher.get('http://tikv-1:20180').intercept({ path: '/' }).replyWithError(Object.assign(new Error('no luck'), { code }));
    expect(await httpTransport('http://tikv-1:20180', { timeoutMs: 5_000, dispatcher })({ method: 'GET', path: '/' })).toMatchObject({ ok: false, failure: { code: told } });
  });
});
