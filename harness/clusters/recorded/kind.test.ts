import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { orThrow } from '../../../src/kernel/result.ts';
import { capabilities, type ClusterSpec } from '../contract.ts';
import { openIncident, recorded } from './kind.ts';

const startMs = 1_795_467_358_000;
const scrapesMs = Array.from({ length: 12 }, (_, i) => startMs + i * 5_000);
const endMs = startMs + 60_000;
const spec = (recording?: string): ClusterSpec => ({
  kind: 'recorded', subject: 'tikv', roles: {}, regions: 0, load: { shape: 'mixed', ratePerSecond: 0, reads: 0, keys: 'uniform', valueBytes: 0 }, ...(recording !== undefined && { recording }),
});
const stores = '{"count":1,"stores":[{"store":{"id":4,"address":"10.0.0.2:20160","status_address":"10.0.0.2:20180","state_name":"Up"},"status":{}}]}';
const members = '{"members":[{"name":"pd-1","client_urls":["http://10.0.0.1:2379"],"peer_urls":["http://10.0.0.1:2380"]}]}';

/** A recording whose every sample, line and answer says when it was. */
function writeRecording(dir: string): void {
  mkdirSync(join(dir, 'incident/logs'), { recursive: true });
  const press = (name: string, text: string) => writeFileSync(join(dir, 'incident', `${name}.br`), brotliCompressSync(text));
  const header = { format: 'lab-metrics/1', startMs, endMs, series: 1, targets: [{ job: 'tikv', instance: '10.0.0.2:20180', timesMs: scrapesMs }] };
  const lines = [header, { n: 'taken_at', l: {}, t: 0, i: 0, v: scrapesMs }, { n: 'up', l: {}, t: 0, i: 0, j: 11, k: 1 }];
  press('metrics.jsonl', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const rows = scrapesMs.map((t) => `{"t":${t},"node":"pd","request":"GET /taken-at","status":200,"tookMs":1,"body":"${t}"}\n`);
  const lists = ([['stores', stores], ['members', members]] as const).map(([list, body]) => `{"t":${startMs},"node":"pd","request":"GET /pd/api/v1/${list}","status":200,"tookMs":1,"body":${body}}\n`);
  press('control.jsonl', [...lists, ...rows].join(''));
  press('logs/tikv-1.log', scrapesMs.map((t) => `[${new Date(t).toISOString().replaceAll('-', '/').replace('T', ' ').replace('Z', ' +00:00')}] [INFO] [a.rs:1] ["taken at"] [t=${t}]\n`).join(''));
  writeFileSync(join(dir, 'incident/inventory.json'), JSON.stringify([{ node: 'pd-1', role: 'pd', host: '10.0.0.1' }, { node: 'tikv-1', role: 'tikv', host: '10.0.0.2' }]));
  writeFileSync(join(dir, 'script.json'), JSON.stringify({ schema: 'lab.recording/v1', subject: 'tikv', startMs, endMs, injectMs: startMs + 20_000, source: 'tiny' }));
  for (const name of ['meta.json', 'digest.md', 'client.jsonl.gz', 'incident/meta.json', 'incident/logs/client.log.br']) writeFileSync(join(dir, name), 'ANSWER: not something to be parsed');
}

describe('a recorded cluster', () => {
  const home = mkdtempSync(join(tmpdir(), 'lab-recorded-'));
  const dir = join(home, 'tiny');
  const open = async () => orThrow(await recorded.start(spec(dir), 1));
  beforeAll(() => writeRecording(dir));
  afterAll(() => rmSync(home, { recursive: true }));

  test('shows no sample, log line or answer that is later than now, whatever is asked for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -10_000, max: 70_000 }), fc.integer({ min: 0, max: 90_000 }), async (aheadMs, wantedMs) => {
        await using cluster = orThrow(await openIncident(dir, { startMs: startMs + aheadMs, endMs }));
        const nowMs = cluster.clock.now();
        const { metrics, logs, controlPlane } = cluster.ports;
        const taken = orThrow(await metrics.query('taken_at', startMs + wantedMs)).map(({ value }) => value);
        const ranged = orThrow(await metrics.queryRange('taken_at', { fromMs: startMs, toMs: startMs + wantedMs, stepMs: 5_000 })).flatMap(({ points }) => points.map(([, value]) => value));
        const lines = orThrow(await logs.search({ toMs: startMs + wantedMs })).lines.map(({ atMs }) => atMs);
        const answer = orThrow(await controlPlane.request({ method: 'GET', path: '/taken-at' }));
        const answered = answer.status === 200 ? [Number(answer.body)] : [];
        for (const atMs of [...taken, ...ranged, ...lines, ...answered]) expect(atMs).toBeLessThanOrEqual(nowMs);
        expect(answered).toEqual(scrapesMs.filter((atMs) => atMs <= nowMs).slice(-1));
      }),
      { numRuns: 40 },
    );
  });

  test('begins at the start of its script and sees more as time passes', async () => {
    await using cluster = await open();
    expect(cluster.script).toEqual({ startMs, endMs, injectMs: startMs + 20_000 });
    const newest = async () => orThrow(await cluster.ports.metrics.query('taken_at'))[0]?.value;
    await expect(newest()).resolves.toBe(startMs);
    await cluster.pass(12_000);
    await expect(newest()).resolves.toBe(startMs + 10_000);
  });

  test('cannot be broken', async () => {
    await using cluster = await open();
    expect(cluster.controls).toEqual({});
    const { lacks } = await recorded.survey(spec());
    expect([...lacks.keys()]).toEqual([...capabilities]);
  });

  test('knows every name of a node that an answer may use', async () => {
    await using cluster = await open();
    expect(cluster.nodes()).toEqual([
      { id: 'pd-1', role: 'pd', host: '10.0.0.1', aliases: ['10.0.0.1', '10.0.0.1:2379', '10.0.0.1:2380'] },
      { id: 'tikv-1', role: 'tikv', host: '10.0.0.2', aliases: ['10.0.0.2', '10.0.0.2:20160', '10.0.0.2:20180', 'store-4', 'store 4'] },
    ]);
  });

  test('hands on what an operator may see, and neither answer nor client logs that lie beside it', async () => {
    await using cluster = await open();
    const files = await cluster.export();
    expect([...files.keys()]).toEqual(['control.jsonl.br', 'inventory.json', 'logs/tikv-1.log.br', 'metrics.jsonl.br']);
    expect(orThrow(await cluster.ports.logs.search({ contains: 'ANSWER' })).matched).toBe(0);
  });

  test('opens a run bundle by its own times, even when it knows no script', async () => {
    const bundle = join(home, 'bundle');
    writeRecording(bundle);
    rmSync(join(bundle, 'script.json'));
    await expect(recorded.start(spec(bundle), 1)).resolves.toMatchObject({ ok: false, failure: { code: 'LAB_NO_SCRIPT' } });
    writeFileSync(join(bundle, 'run.json'), JSON.stringify({ schema: 'lab.run/v1', startMs, endMs }));
    await expect(recorded.start(spec(bundle), 1)).resolves.toMatchObject({ ok: true, value: { script: { startMs, endMs } } });
  });

  test.each([
    ['no name', undefined, 'LAB_NO_RECORDING'],
    ['an unknown name', 'never-recorded', 'LAB_NO_RECORDING'],
    ['a folder without an incident', tmpdir(), 'LAB_NO_RECORDING'],
  ])('says what is wrong with %s', async (_, recording, code) => {
    await expect(recorded.start(spec(recording), 1)).resolves.toMatchObject({ ok: false, failure: { code } });
  });
});
