import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ok, orThrow } from '../../src/kernel/result.ts';
import { settleMicrotasks } from '../../src/kernel/wall-clock.ts';
import { listen, type HttpServer } from './http-server.ts';

let server: HttpServer;
beforeEach(async () => {
  server = orThrow(await listen(async (request) => ok({ status: 200, body: JSON.stringify(request), contentType: 'application/json' }), { port: 0, maxBodyBytes: 1_000 }));
});
afterEach(() => server.close());

/** Sends pieces one after the other over one connection; everything that comes back, until `enough` says so or the server hangs up. */
function exchange(pieces: readonly string[], enough: (text: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true }, async () => {
      for (const piece of pieces) {
        socket.write(piece);
        for (let i = 0; i < 20; i++) await settleMicrotasks();
      }
    });
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (!enough(text)) return;
      socket.destroy();
      resolve(text);
    });
    socket.on('close', () => resolve(text)).on('error', reject);
  });
}

const form = 'query=up%2B1&time=5';
const post = (extra = '', body = form) => `POST /api/v1/query HTTP/1.1\r\nHost: lab\r\nContent-Type: application/x-www-form-urlencoded\r\n${extra}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const answers = (text: string): unknown[] => [...text.matchAll(/\{"method".*?\}(?=HTTP|$|\r)/g)].map(([json]) => JSON.parse(json) as unknown);
const postAnswer = { method: 'POST', path: '/api/v1/query', query: {}, body: form };
const get = 'GET /-/ready?a=1 HTTP/1.1\r\nHost: lab\r\n\r\n';
const getAnswer = { method: 'GET', path: '/-/ready', query: { a: ['1'] } };
const expecting = (count: number) => (text: string) => answers(text).length >= count;

test('a request gets the same answer wherever the network cuts it', async () => {
  const whole = post();
  for (let cut = 1; cut < whole.length; cut += 7) {
    expect(answers(await exchange([whole.slice(0, cut), whole.slice(cut)], expecting(1)))).toEqual([postAnswer]);
  }
});

test('a connection carries one request after the other, whole or in parts, alone or several at once', async () => {
  const text = await exchange([post(), get, post() + get, get.slice(0, 9), get.slice(9), post()], expecting(6));
  expect(answers(text)).toEqual([postAnswer, getAnswer, postAnswer, getAnswer, getAnswer, postAnswer]);
});

test('a body in chunks, and one that asks to be told first, arrive as well', async () => {
  const chunked = `POST /api/v1/query HTTP/1.1\r\nHost: lab\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n${form.slice(0, 5)}\r\ne\r\n${form.slice(5)}\r\n0\r\n\r\n`;
  expect(answers(await exchange([chunked], expecting(1)))).toEqual([postAnswer]);
  const waiting = await exchange([post('Expect: 100-continue\r\n')], expecting(1));
  expect(waiting).toMatch(/^HTTP\/1\.1 100 Continue/);
});

test('HEAD has no body, and what follows it is understood', async () => {
  const text = await exchange([get.replace('GET', 'HEAD'), get], expecting(1));
  expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  expect(answers(text)).toEqual([getAnswer]);
});

test('a client that wants the connection closed gets it closed', async () => {
  const text = await exchange([get.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')], () => false);
  expect([answers(text), /connection: close/i.test(text)]).toEqual([[getAnswer], true]);
});

test.each([
  ['two lengths', post('Content-Length: 3\r\n')],
  ['a length and chunks', post('Transfer-Encoding: chunked\r\n')],
  ['no host', get.replace('Host: lab\r\n', '')],
  ['a broken header', get.replace('Host:', 'Bad header\r\nHost:')],
  ['nothing of HTTP', 'hello\r\n\r\n'],
])('%s is a bad request', async (_, request) => {
  expect(await exchange([request], () => false)).toMatch(/^HTTP\/1\.1 400 /);
});

test('a form that is too large is refused, however it comes', async () => {
  for (const pieces of [[post('', `query=${'x'.repeat(2_000)}`)], [post('', 'x'.repeat(2_000)).slice(0, 300), 'x'.repeat(1_900)]]) {
    expect(await exchange(pieces, (text) => text.includes('too large'))).toMatch(/^HTTP\/1\.1 400 [^]*POST too large/);
  }
});

test('text of any alphabet comes back as it was', async () => {
  const text = await exchange(['GET /q?x=%C3%A4%E2%82%AC HTTP/1.1\r\nHost: lab\r\n\r\n'], expecting(1));
  expect(answers(text)).toEqual([{ method: 'GET', path: '/q', query: { x: ['ä€'] } }]);
  expect(Number(/content-length: (\d+)/i.exec(text)?.[1])).toBe(Buffer.byteLength(text.slice(text.indexOf('\r\n\r\n') + 4)));
});
