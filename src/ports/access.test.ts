import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerOptions } from 'node:https';
import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { orThrow } from '../kernel/result.ts';
import { accessFrom, securedTransport, type AccessFiles } from './access.ts';

let dir: string;
const file = (name: string) => join(dir, name);
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });

/** An authority, or a certificate that it signed. */
function authority(name: string): void {
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${name}`, '-days', '30');
}

function signed(name: string, by: string, { names, validTo }: { readonly names: string; readonly validTo?: string }): void {
  writeFileSync(file(`${name}.ext`), `subjectAltName=${names}\n`);
  openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
  writeFileSync(file(`${by}.index`), '');
  writeFileSync(file(`${by}.cnf`), `[ca]\ndefault_ca=d\n[d]\ndatabase=${by}.index\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n`);
  openssl('ca', '-batch', '-config', `${by}.cnf`, '-cert', `${by}.pem`, '-keyfile', `${by}.key`, '-in', `${name}.csr`, '-out', `${name}.pem`, '-notext', '-extfile', `${name}.ext`,
    '-startdate', '20200101000000Z', '-enddate', validTo ?? '20400101000000Z');
}

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'lab-tls-'));
  writeFileSync(file('empty'), '\n');
  authority('ca');
  authority('stranger');
  signed('server', 'ca', { names: 'IP:127.0.0.1' });
  signed('expired', 'ca', { names: 'IP:127.0.0.1', validTo: '20210101000000Z' });
  signed('elsewhere', 'ca', { names: 'DNS:pd.example' });
  signed('client', 'ca', { names: 'DNS:operator' });
  signed('impostor', 'stranger', { names: 'DNS:operator' });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server, scheme: string): Promise<URL> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const serve = (name: string, options: ServerOptions = {}, listener: RequestListener = (_, response) => response.end('here')) =>
  listen(createServer({ key: readFileSync(file(`${name}.key`)), cert: readFileSync(file(`${name}.pem`)), ca: readFileSync(file('ca.pem')), ...options }, listener), 'https');

const ask = (url: URL, files: AccessFiles) => securedTransport(url, { timeoutMs: 5_000, access: orThrow(accessFrom(files)), reads: () => true })({ method: 'GET', path: '/' });
const because = async (answer: ReturnType<typeof ask>) => {
  const result = await answer;
  return result.ok ? result.value.body : `${result.failure.code}: ${result.failure.because.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')}. ${result.failure.advice}`;
};
const withCa = (): AccessFiles => ({ ca: file('ca.pem') });
const mutual = { requestCert: true, rejectUnauthorized: true };

describe('TLS', () => {
  test('a server whose authority is named is believed', async () => expect(await because(ask(await serve('server'), withCa()))).toBe('here'));

  test('a server that nobody trusted has signed is not', async () => {
    expect(await because(ask(await serve('server'), {}))).toBe('LAB_TLS: nobody who is trusted has signed the certificate of HOST. name the certificate of its authority with --ca');
    expect(await because(ask(await serve('server'), { ca: file('stranger.pem') }))).toMatch(/nobody who is trusted has signed/);
  });

  test('an expired certificate is called expired', async () => {
    expect(await because(ask(await serve('expired'), withCa()))).toBe('LAB_TLS: the certificate of HOST has expired. it has to be renewed on the server');
  });

  test('a certificate for another name is told with the names that it has', async () => {
    expect(await because(ask(await serve('elsewhere'), withCa()))).toBe('LAB_TLS: the certificate of HOST was made for other names (DNS:pd.example). use the name or address that it was made for');
  });

  test('a client certificate is shown where one is wanted', async () => {
    expect(await because(ask(await serve('server', mutual), { ...withCa(), cert: file('client.pem'), key: file('client.key') }))).toBe('here');
  });

  test('a server that wants a client certificate and gets none, or a stranger\'s, says so', async () => {
    expect(await because(ask(await serve('server', mutual), withCa()))).toBe('LAB_TLS: HOST wants a client certificate. name one with --cert and --key');
    expect(await because(ask(await serve('server', mutual), { ...withCa(), cert: file('impostor.pem'), key: file('impostor.key') }))).toBe('LAB_TLS: HOST does not accept the client certificate. give one that its authority signed and that has not expired');
  });

  test('https to a server without TLS, and http to one with it, name the mistake', async () => {
    const plain = await listen(createPlainServer((_, response) => response.end()), 'https');
    expect(await because(ask(plain, withCa()))).toMatch(/does not speak TLS. try http:/);
    const rude = await listen(createPlainServer().on('connection', (socket) => socket.destroy()), 'https');
    expect(await because(ask(rude, withCa()))).toMatch(/closed the connection during the TLS handshake. try http:/);
    const secret = await serve('server');
    secret.protocol = 'http:';
    expect(await because(ask(secret, withCa()))).toMatch(/try https:/);
  });
});

describe('access files', () => {
  test.each<[string, () => AccessFiles, string]>([
    ['a file that is not there', () => ({ ca: file('none.pem') }), 'none.pem cannot be read: ENOENT'],
    ['a certificate without its key', () => ({ cert: file('client.pem') }), 'a client certificate and its key come together'],
    ['a key of another certificate', () => ({ cert: file('client.pem'), key: file('server.key') }), 'server.key does not belong to the certificate in'],
    ['something that is no certificate', () => ({ ca: file('ca.cnf'), cert: file('ca.cnf'), key: file('ca.cnf') }), 'these are not certificates and keys in PEM form'],
    ['an empty token', () => ({ tokenFile: file('empty') }), 'empty holds no token'],
  ])('%s is told before anything is asked', (_, files, told) => {
    expect(accessFrom(files())).toMatchObject({ ok: false, failure: { code: 'LAB_ACCESS', because: expect.stringContaining(told) as string } });
  });

  test('a token is read anew for each request, and stands in no message', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve('server', {}, (request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401).end('no');
    });
    writeFileSync(file('token'), 'first-secret\n');
    const transport = securedTransport(url, { timeoutMs: 5_000, access: orThrow(accessFrom({ ...withCa(), tokenFile: file('token') })), reads: () => true });
    await transport({ method: 'GET', path: '/' });
    writeFileSync(file('token'), 'second-secret');
    await transport({ method: 'GET', path: '/' });
    writeFileSync(file('token'), 'third secret');
    const refused = await transport({ method: 'GET', path: '/' });
    expect(seen).toEqual(['Bearer first-secret', 'Bearer second-secret']);
    expect(JSON.stringify(refused)).not.toContain('third secret');
    expect(refused).toMatchObject({ ok: false, failure: { code: 'LAB_ACCESS' } });
  });
});
