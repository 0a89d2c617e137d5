import { Command } from 'commander';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { healthyCluster, portsOf, type FakeCluster } from '../subjects/tikv/fake-cluster.test-kit.ts';
import { TicketBook } from '../tickets/book.ts';
import { registerMonitor } from './monitor.ts';
import { registerTickets } from './tickets.ts';

const servers: Server[] = [];
let printed = '';
let dir = '';

beforeEach(() => {
  printed = '';
  dir = mkdtempSync(join(tmpdir(), 'lab-cli-'));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed += String(text)), true));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
  rmSync(dir, { recursive: true });
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Serves the fake cluster's PD and Prometheus on one real port. */
async function serve(cluster: FakeCluster): Promise<string> {
  const ports = portsOf(cluster);
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://any');
    if (url.pathname === '/api/v1/query') {
      const samples = await ports.metrics.query(url.searchParams.get('query') ?? '');
      const result = samples.ok ? samples.value.map(({ labels, value }) => ({ metric: labels, value: [0, String(value)] })) : [];
      return void response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
    }
    const answer = await ports.controlPlane.request({ method: 'GET', path: url.pathname });
    if (!answer.ok) return void response.destroy();
    response.writeHead(answer.value.status).end(answer.value.body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function lab(...words: string[]): Promise<number> {
  const program = new Command('lab').exitOverride();
  registerMonitor(program);
  registerTickets(program);
  process.exitCode = 0;
  await program.parseAsync(words, { from: 'user' });
  return Number(process.exitCode ?? 0);
}
const once = async (cluster: FakeCluster, ...more: string[]) => {
  const url = await serve(cluster);
  return lab('monitor', '--pd', url, '--prometheus', url, '--once', ...more);
};

describe('lab monitor --once', () => {
  test('says healthy and exits 0 on a healthy cluster', async () => {
    expect(await once(healthyCluster())).toBe(0);
    expect(printed).toMatch(/^healthy: \d+ invariants hold/);
  });

  test('names what is wrong and exits 1', async () => {
    const cluster = healthyCluster();
    Object.assign(cluster.stores[1] ?? {}, { state: 'Disconnected', up: false });
    expect(await once(cluster)).toBe(1);
    expect(printed).toContain('critical  store-down  10.77.0.22:20160');
  });

  test('exits 4 and says what it cannot see when Prometheus scrapes nothing', async () => {
    expect(await once({ ...healthyCluster(), prometheus: 'empty' }, '--json')).toBe(4);
    expect(JSON.parse(printed)).toMatchObject({ schema: 'lab.look/v1', violations: [], blind: [{ what: 'metrics' }] });
  });

  test.each([
    [['--pd', 'pd:2379'], 'is not an http(s) URL'],
    [['--subject', 'mysql'], 'there is no subject mysql'],
    [['--db', 'x.db'], '--once writes no tickets'],
  ])('refuses %s with a sentence', async (flags, sentence) => {
    const all = ['monitor', '--pd', 'http://127.0.0.1:1', '--prometheus', 'http://127.0.0.1:1', '--once', ...flags];
    await expect(lab(...all)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(sentence) as string });
  });
});

describe('lab tickets', () => {
  const fill = (file: string) => {
    using book = new TicketBook(file);
    const report = { key: 'store-down:tikv-2', invariant: 'store-down', component: 'tikv-2', severity: 'critical', firstSeenMs: 0, detail: 'tikv-2: PD calls it Down' } as const;
    book.report(report, 0);
    book.report({ ...report, key: 'under-replicated:cluster', invariant: 'under-replicated', component: 'cluster', detail: 'pending: 36' }, 40_000);
    book.resolveKey('under-replicated:cluster', 90_000);
  };

  test('lists tickets by incident, for people and as JSON', async () => {
    fill(join(dir, 't.db'));
    await lab('tickets', '--db', join(dir, 't.db'));
    expect(printed).toMatch(/^I1 .*\n {2}T1 .*store-down:tikv-2 {2}opened.*\n.*\n {2}T2 .*resolved, 1m30s/);
    printed = '';
    await lab('tickets', '--db', join(dir, 't.db'), '--open', '--json');
    expect(JSON.parse(printed)).toMatchObject({ schema: 'lab.tickets/v1', incidents: [{ id: 'I1', tickets: [{ id: 'T1' }] }] });
  });

  test('acknowledges a ticket for the next one who looks', async () => {
    fill(join(dir, 't.db'));
    await lab('tickets', '--db', join(dir, 't.db'), '--acknowledge', 'T1');
    using book = new TicketBook(join(dir, 't.db'));
    expect(book.get('T1')?.status).toBe('acknowledged');
  });

  test('a file or a ticket that is not there is a usage error, and no file is made', async () => {
    await expect(lab('tickets', '--db', join(dir, 'none.db'))).rejects.toMatchObject({ exitCode: 2 });
    fill(join(dir, 't.db'));
    await expect(lab('tickets', '--db', join(dir, 't.db'), '--hold', 'T9')).rejects.toMatchObject({ exitCode: 2, message: 'there is no ticket T9' });
  });
});
