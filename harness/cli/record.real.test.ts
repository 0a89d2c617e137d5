import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { orThrow } from '../../src/kernel/result.ts';
import { wallClock } from '../../src/kernel/wall-clock.ts';
import { prometheusPort } from '../../src/ports/metrics.ts';
import { httpTransport } from '../../src/ports/undici-transport.ts';
import { openAnything } from '../clusters/recorded/open-anything.ts';
import { freePorts, onPath, RealEtcd } from '../load/etcd/real-etcd.test-kit.ts';
import { outcomeOf } from './printed.test-kit.ts';
import { registerRecord } from './record.ts';

const here = onPath('etcd', /etcd Version: 3\.(5|6|7)/) && onPath('prometheus', /prometheus, version/);

describe.skipIf(!here)('lab record beside a real Prometheus (skipped without etcd 3.5 and prometheus on PATH)', () => {
  const home = mkdtempSync(join(tmpdir(), 'lab-record-real-'));
  let etcd: RealEtcd;
  let prometheus: { readonly url: string; readonly end: () => void };

  beforeAll(async () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    etcd = await RealEtcd.start();
    prometheus = await startPrometheus(home, etcd);
    await wallClock.sleep(10_000);
  });
  afterAll(() => {
    vi.restoreAllMocks();
    prometheus?.end();
    etcd?.[Symbol.dispose]();
    rmSync(home, { recursive: true, force: true });
  });

  test('a member dies while one looks: the recording answers as the Prometheus did, at every instant', async () => {
    const dir = join(home, 'bundle');
    const places = `etcd=${etcd.members.map(({ address }) => `http://${address}`).join(',')},prometheus=${prometheus.url}`;
    const recording = outcomeOf(registerRecord, ['record', '--attach', places, '--for', '20s', '--before', '10s', '--out', dir]);
    await wallClock.sleep(8_000);
    (await etcd.leader()).child.kill('SIGKILL');
    expect(await recording).toMatchObject({ exitCode: 0 });
    const opened = orThrow(openAnything(dir));
    const replayed = opened.replay();
    await replayed.pass(opened.span.endMs - opened.span.startMs);
    const real = prometheusPort(httpTransport(prometheus.url, { timeoutMs: 10_000 }), wallClock);
    for (let atMs = opened.span.startMs + 2_000; atMs < opened.span.endMs; atMs += 1_000) {
      for (const promql of ['up', 'etcd_server_has_leader', 'sum by (instance) (etcd_server_proposals_applied_total)', 'job:up:sum', 'ALERTS']) {
        const [was, is] = await Promise.all([real, replayed.ports.metrics].map(async (port) => orThrow(await port.query(promql, atMs)).map(({ labels, value }) => `${JSON.stringify(Object.entries(labels).toSorted())} ${value}`).toSorted()));
        expect([promql, atMs - opened.span.startMs, is]).toEqual([promql, atMs - opened.span.startMs, was]);
      }
    }
    const down = await replayed.ports.metrics.query('up == 0');
    expect(down.ok && down.value).toHaveLength(1);
  });
});

async function startPrometheus(home: string, { members }: RealEtcd): Promise<{ readonly url: string; readonly end: () => void }> {
  const [port = 0] = await freePorts(1);
  writeFileSync(join(home, 'rules.yml'), 'groups: [{ name: all, rules: [{ alert: Down, expr: "up == 0" }, { record: "job:up:sum", expr: "sum by (job) (up)" }] }]\n');
  writeFileSync(join(home, 'prometheus.yml'), `global: { scrape_interval: 2s, evaluation_interval: 2s }
rule_files: [rules.yml]
scrape_configs: [{ job_name: etcd, static_configs: [{ targets: [${members.map(({ address }) => `"${address}"`).join(', ')}] }] }]
`);
  const child = spawn('prometheus', [`--config.file=${join(home, 'prometheus.yml')}`, `--storage.tsdb.path=${join(home, 'data')}`, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
  return { url: `http://127.0.0.1:${port}`, end: () => void child.kill('SIGKILL') };
}
