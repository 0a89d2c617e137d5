import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { failed, ok, orThrow } from '../../../src/kernel/result.ts';
import { VirtualClock } from '../../../src/kernel/virtual-clock.ts';
import { wallClock } from '../../../src/kernel/wall-clock.ts';
import type { Deployment, RoleSpec } from '../../deployments/contract.ts';
import { decodeMetrics } from '../../telemetry/snapshot.ts';
import { LogStore } from '../../telemetry/log-store.ts';
import { realCluster } from './cluster.ts';
import { freeNetwork, freePorts, routedNetworks } from './free-network.ts';
import { FileTail, LogIntake } from './log-intake.ts';
import type { RealNode } from './node.ts';
import { until } from './until.ts';
import { Watch } from './watch.ts';

const folder = mkdtempSync(join(tmpdir(), 'lab-real-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('free networks and ports', () => {
  it('never overlap with what the machine reaches', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 51 * 256 - 1 }), fc.integer({ min: 8, max: 30 }), (drawn, bits) => {
      const prefix = `10.${200 + Math.floor(drawn / 256)}.${drawn % 256}`;
      const taken = [`${prefix}.0/${bits}`];
      const found = freeNetwork(taken, () => drawn);
      expect(found).not.toBe(prefix);
      if (bits > 12) expect(found).toMatch(/^10\.2\d\d\.\d+$/);
      else if (bits === 8) expect(found).toBeUndefined();
    }));
  });

  it('routes are read as Linux writes them, but for the default one', () => {
    const table = ['Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU', 'eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0', 'br0\t0007D50A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0'].join('\n');
    expect(routedNetworks(table)).toEqual(['10.213.7.0/24']);
  });

  it('ports are different ones', async () => expect(new Set(await freePorts(6)).size).toBe(6));
});

describe('log lines of running programs', () => {
  const line = (second: number, msg: string) => `{"level":"warn","ts":"2026-11-23T20:14:${second}.5Z","msg":"${msg}"}`;

  it('come when they are whole, each once, from the beginning of the file', () => {
    const file = join(folder, 'a.log');
    const seen: string[] = [];
    const tail = new FileTail(file, (text) => seen.push(text));
    tail.read();
    writeFileSync(file, 'one\ntw');
    tail.read();
    tail.read();
    expect(seen).toEqual(['one']);
    appendFileSync(file, 'o\nthree\n');
    tail.read();
    expect(seen).toEqual(['one', 'two', 'three']);
  });

  it('keep every letter, wherever the file is cut between two reads', () => {
    const text = 'grüße\n漢字🙂\nend\n';
    const bytes = Buffer.from(text);
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 4 }), (cuts) => {
      const file = join(folder, 'cut.log');
      rmSync(file, { force: true });
      const seen: string[] = [];
      const tail = new FileTail(file, (each) => seen.push(each));
      let from = 0;
      for (const to of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
        appendFileSync(file, bytes.subarray(from, to));
        from = to;
        tail.read();
      }
      expect(seen).toEqual(['grüße', '漢字🙂', 'end']);
    }), { numRuns: 40 });
  });

  it('that are in no known form stand at the time of the line before, so that a panic is found where it happened', async () => {
    const store = new LogStore();
    const intake = new LogIntake(store, () => 0);
    for (const raw of [line(10, 'ready'), 'panic: boom', '', line(12, 'again')]) intake.add('etcd-1', raw);
    const { lines } = orThrow(await store.port(() => Infinity).search({}));
    expect(lines.map(({ message, level, atMs }) => [message, level, atMs % 60_000])).toEqual([['ready', 'WARN', 10_500], ['panic: boom', 'ERROR', 10_500], ['again', 'WARN', 12_500]]);
  });
});

it('whoever waits is told the last reason when time is over, and nothing when it came good', async () => {
  const clock = new VirtualClock(0);
  let looks = 0;
  const late = until(async () => failed('LAB_X', `look ${++looks}`), { clock, withinMs: 500, everyMs: 200 });
  const good = until(async () => (clock.now() >= 300 ? ok(undefined) : failed('LAB_X', 'not yet')), { clock, withinMs: 500 });
  await clock.advance(1_000);
  expect([await late, await good]).toEqual([{ code: 'LAB_X', because: 'look 4' }, undefined]);
});

describe('a cluster of real programs', () => {
  const role: RoleSpec = { role: 'member', nodePrefix: 'etcd', program: 'etcd', ports: { main: 2379 }, metricsPort: 'main', job: 'etcd', controlPlane: true };
  const deployment: Deployment = {
    subject: 'etcd', roles: [role], binVariable: 'X', launch: () => ({ args: [] }), ready: async () => ok(undefined), settled: async () => ok(undefined), startWithinMs: 1,
    identify: async (all) => new Map(all.map(({ id }) => [id, { aliases: [`${id}:2379`], leads: id === 'etcd-2' }])),
  };
  const servers: Server[] = [];
  afterAll(() => servers.forEach((server) => server.close()));

  async function node(id: string): Promise<RealNode> {
    const server = createServer((request, response) => response.end(request.url === '/metrics' ? `m{of="${id}"} 1\n` : JSON.stringify({ id, method: request.method })));
    servers.push(server);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { id, role: 'member', host: '127.0.0.1', ports: { main: port }, dataDir: '/none', spec: role, urls: { main: new URL(`http://127.0.0.1:${port}`) } };
  }

  it('is scraped, asked, read and exported through the ports of any other', async () => {
    const nodes = await Promise.all(['etcd-1', 'etcd-2'].map(node));
    const watch = new Watch(nodes, wallClock);
    watch.startScraping(100);
    await watch.firstScrapes();
    watch.runRules([{ file: 'a.yml', text: 'groups: [{ name: g, interval: 100ms, rules: [{ alert: Seen, expr: m }] }]' }]);
    const closed: string[] = [];
    const cluster = await realCluster({ deployment, watch, clock: wallClock, controls: {}, catchUp: () => watch.intake.add('etcd-1', '{"level":"info","ts":"2026-11-23T20:14:10Z","msg":"hello"}'), close: async () => void closed.push('kind') });
    expect(cluster.nodes()).toEqual(nodes.map(({ id }) => ({ id, role: 'member', host: '127.0.0.1', aliases: [`${id}:2379`], leads: id === 'etcd-2' })));
    const samples = orThrow(await cluster.ports.metrics.query('m'));
    expect(samples.map(({ labels }) => [labels['of'], labels['job'], labels['instance']])).toEqual(expect.arrayContaining(nodes.map(({ id, ports }) => [id, 'etcd', `127.0.0.1:${ports.main}`])));
    await wallClock.sleep(300);
    expect(orThrow(await cluster.ports.metrics.transport({ method: 'GET', path: '/api/v1/alerts' })).body).toContain('"alertname":"Seen"');
    expect(orThrow(await cluster.ports.controlPlane.request({ method: 'POST', path: '/v3/x', body: '{}', node: 'etcd-2' })).body).toBe('{"id":"etcd-2","method":"POST"}');
    expect(orThrow(await cluster.ports.logs.search({ contains: 'hello' })).matched).toBeGreaterThan(0);
    const files = await cluster.export();
    expect([...files.keys()]).toEqual(['inventory.json', 'metrics.jsonl.zst', 'logs/etcd-1.log.zst', 'logs/etcd-2.log.zst']);
    expect(decodeMetrics(files.get('metrics.jsonl.zst') as Uint8Array).targets().map(({ instance }) => instance)).toEqual(expect.arrayContaining(nodes.map(({ ports }) => `127.0.0.1:${ports.main}`)));
    await cluster[Symbol.asyncDispose]();
    expect(closed).toEqual(['kind']);
  });

  it('does not go on without its clients', async () => {
    const clock = new VirtualClock(0);
    const load = { set: async () => {}, seconds: () => [], died: () => 'was ended by SIGKILL', [Symbol.asyncDispose]: async () => {} };
    const initial = { shape: 'mixed', ratePerSecond: 1, reads: 1, keys: 'uniform', valueBytes: 1 } as const;
    const cluster = await realCluster({ deployment, watch: new Watch([], wallClock), clock, controls: {}, load: { running: load, initial }, close: async () => {} });
    const passing = cluster.pass(1_000);
    passing.catch(() => {});
    await clock.advance(1_000);
    await expect(passing).rejects.toMatchObject({ exitCode: 4, failure: { code: 'LAB_LOAD_DIED' } });
    await cluster[Symbol.asyncDispose]();
  });
});
