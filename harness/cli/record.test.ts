import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { orThrow } from '../../src/kernel/result.ts';
import { openAnything } from '../clusters/recorded/open-anything.ts';
import { readBundle } from '../history/bundle-reader.ts';
import { outcomeOf } from './printed.test-kit.ts';
import { registerRecord } from './record.ts';

const home = mkdtempSync(join(tmpdir(), 'lab-record-'));
const servers: Server[] = [];
beforeEach(() => void vi.spyOn(process.stderr, 'write').mockReturnValue(true));
afterEach(() => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(() => rmSync(home, { recursive: true }));

const status = (id: string) => ({ header: { cluster_id: '1', member_id: id, revision: '4', raft_term: '2' }, version: '3.5.16', dbSize: '20480', leader: '101', raftIndex: '8', raftTerm: '2', raftAppliedIndex: '8', dbSizeInUse: '16384' });

/** An etcd member as far as an operator asks it; what it was asked is kept. */
async function member(id: string, asked: string[]): Promise<string> {
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { pathname } = new URL(request.url ?? '/', 'http://any');
    if (pathname === '/metrics') return response.end('# TYPE etcd_server_has_leader gauge\netcd_server_has_leader 1\n');
    if (pathname === '/v3/maintenance/status') return response.end(JSON.stringify(status(id)));
    if (pathname === '/v3/cluster/member/list') return response.end(JSON.stringify({ header: status(id).header, members: [] }));
    if (pathname === '/health') return response.end('{"health":"true","reason":""}');
    return response.end(pathname === '/livez' ? 'ok' : '{}');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const record = (...words: string[]) => outcomeOf(registerRecord, ['record', ...words]);

describe('lab record of a running cluster', () => {
  test('without a Prometheus the lab scrapes the pages itself; the bundle opens, and nothing but reads was sent', async () => {
    const asked: string[] = [];
    const [one, two] = [await member('101', asked), await member('102', asked)];
    const [dir, log] = [join(home, 'looked'), join(home, 'one.log')];
    writeFileSync(log, '{"level":"warn","ts":"2026-01-01T00:00:00.000Z","caller":"a.go:1","msg":"slow fdatasync"}\n');
    const { text, exitCode } = await record('--attach', `etcd=http://${one},http://${two}`, '--for', '1s', '--out', dir, '--logs', `${one}=${log}`);
    expect([exitCode, text]).toEqual([0, expect.stringContaining('npx lab diagnose --bundle')]);
    const { run, answer } = orThrow(readBundle(dir));
    expect([run.state, run.cluster, answer]).toEqual(['diagnosed', 'attach', null]);
    const opened = orThrow(openAnything(dir));
    const replayed = opened.replay();
    await replayed.pass(opened.span.endMs - opened.span.startMs);
    expect(replayed.ports.inventory.map(({ node }) => node).toSorted()).toEqual([one, two].toSorted());
    const up = await replayed.ports.metrics.query('up{job="etcd"}');
    // Pages are scraped one after the other within five seconds, so one second has seen the first.
    expect(up.ok && up.value.map(({ labels, value }) => [[one, two].includes(labels['instance'] ?? ''), value])).toContainEqual([true, 1]);
    expect(await replayed.ports.controlPlane.request({ method: 'POST', path: '/v3/maintenance/status', body: '{}', node: two })).toMatchObject({ ok: true, value: { status: 200 } });
    expect(await replayed.ports.logs.search({ node: one })).toMatchObject({ ok: true, value: { lines: [{ message: 'slow fdatasync' }] } });
    expect([...new Set(asked)].filter((what) => !/^(GET|POST \/v3\/(maintenance\/(status|alarm|hashkv)|cluster\/member\/list|auth\/status))/.test(what))).toEqual([]);
    expect(readFileSync(join(dir, 'index.html'), 'utf8')).toContain('<html');
  });

  test.each<[string, readonly string[], number, string]>([
    ['nobody answers', ['--attach', 'etcd=http://127.0.0.1:1'], 4, 'LAB_CONNECTION_REFUSED'],
    ['neither a cluster nor a scenario is named', [], 2, 'LAB_USAGE'],
    ['a scenario is to break what is only looked at', ['etcd/leader-killed', '--attach', 'etcd=http://127.0.0.1:1'], 2, 'LAB_USAGE'],
    ['the span is none', ['--attach', 'etcd=http://127.0.0.1:1', '--for', 'long'], 2, 'LAB_USAGE'],
  ])('%s: refused before anything is written', async (_, words, exitCode, code) => {
    await expect(record(...words, '--out', join(home, 'never'))).rejects.toMatchObject({ exitCode, failure: { code } });
  });

  test('logs of a node that does not exist, and a member that wants to know who asks, are told', async () => {
    const one = await member('101', []);
    await expect(record('--attach', `etcd=http://${one}`, '--logs', 'etcd-9=/dev/null')).rejects.toMatchObject({ exitCode: 2, failure: { because: '--logs: the cluster has no node etcd-9' } });
    const shy = createServer((_, response) => response.writeHead(401).end());
    servers.push(shy);
    await new Promise<void>((resolve) => shy.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(shy.address() as AddressInfo).port}`;
    await expect(record('--attach', `etcd=${url}`)).rejects.toMatchObject({ exitCode: 4, failure: { advice: expect.stringContaining('--token-file') as string } });
  });

  test('a Prometheus that does not know the cluster is told with the jobs that it has', async () => {
    const one = await member('101', []);
    const prometheus = createServer((request, response) => response.end(JSON.stringify({ status: 'success', data: request.url?.includes('/label/') ? ['node', 'api'] : { resultType: 'vector', result: [] } })));
    servers.push(prometheus);
    await new Promise<void>((resolve) => prometheus.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(prometheus.address() as AddressInfo).port}`;
    await expect(record('--attach', `etcd=http://${one},prometheus=${url}`)).rejects.toMatchObject({ exitCode: 4, failure: { advice: 'say with --job what it calls them, or choose others with --match; it has the jobs node, api' } });
  });
});
