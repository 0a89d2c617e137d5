import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { wallClock } from '../../../src/kernel/wall-clock.ts';
import { readBundle } from '../../history/bundle-reader.ts';
import { eventsOf } from '../../history/events.ts';
import { defined } from '../../../src/kernel/assert.ts';
import { orThrow } from '../../../src/kernel/result.ts';
import { decodeMetrics, metricsJsonl } from '../../telemetry/snapshot.ts';
import { leftBehind } from './left-behind.test-kit.ts';
import { onPath } from './programs.ts';
import { canRunAsRoot, lab, shortScenario, startLab, workshop } from './short-run.test-kit.ts';

const shop = workshop();
const { folder, env } = shop;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What these runs left on the machine and in the journal. */
const leftOf = (runs: readonly string[]) => [...runs.flatMap((run) => leftBehind(run, folder)), ...leftBehind('operator-lab-', folder).filter((each) => each.startsWith('folder')), ...shop.unfinishedRuns()];

const someone = 65_534;
const asSomeone = ['setpriv', `--reuid=${someone}`, `--regid=${someone}`, '--clear-groups'];

const havePrometheus = process.env['PROMETHEUS_BIN'] !== undefined || onPath('prometheus');

/** A Prometheus that writes down how it was started, and is started by these words. */
function wrapped(by: string): string {
  const file = join(folder, 'prometheus.sh');
  writeFileSync(file, `#!/bin/sh\necho "$@" > ${join(folder, 'prometheus.asked')}\n${by} ${process.env['PROMETHEUS_BIN'] ?? 'prometheus'} "$@"\n`, { mode: 0o755 });
  return file;
}

/** Whether a user who is not root can start the lab and etcd from where they lie. */
function othersMayRun(): boolean {
  const [program = '', ...args] = asSomeone;
  return [['etcd', '--version'], [process.execPath, lab, '--version']].every((command) => spawnSync(program, [...args, ...command], { env }).status === 0);
}

describe.skipIf(!canRunAsRoot)('a real etcd as processes', () => {
  it.each([
    ['process-kill', /is exited/], ['process-pause', /is paused/], ['process-stop', /is exited/], ['disk-slow', /synchronous write .* took \d{2,} ms/], ['disk-fill, with: { free: 0.5 }', /(50|49\.\d) % of the disk/],
    ['cpu-throttle, with: { cores: 0.05 }', /got 0\.0\d cores/], ['memory-limit, with: { limit: 300MiB }', /may hold 300 MiB/], ['network-partition', /and peers, control-plane, clients are lost/],
    ['network-partition, with: { scope: clients-only, direction: outgoing }', /and clients are lost/], ['crash-loop, with: { killAfter: 1s }', /is exited|started again [1-9]/], ['data-loss', /are set aside/],
  ])('is broken by %s, seen to be broken, healed, and gone without a trace', async (fault, measured) => {
    const dir = join(folder, `bundle-${fault.replaceAll(/[^a-z-]/g, '')}`);
    const { code, said, runs } = await startLab(shortScenario(folder, fault), dir, shop).ended;
    const { run, history } = orThrow(readBundle(dir));
    expect([run.state, said]).toEqual([expect.stringMatching(/^(scored|no-symptom)$/), expect.any(String)]);
    expect(code).not.toBe(4);
    expect(eventsOf(history, 'fault-witnessed')).toMatchObject([{ bites: true, measured: expect.stringMatching(measured) }]);
    expect(eventsOf(history, 'fault-reverted')).toHaveLength(1);
    expect(eventsOf(history, 'trouble')).toEqual([]);
    expect([runs.length, leftOf(runs)]).toEqual([1, []]);
  }, 240_000);

  it.each([1_000, 4_000, 8_000])('is taken down in order when a person stops the lab after %i ms', async (afterMs) => {
    const { child, ended } = startLab(shortScenario(folder, 'disk-slow'), join(folder, 'stopped'), shop);
    await wallClock.sleep(afterMs);
    child.kill('SIGINT');
    const { code, runs } = await ended;
    // On a busy machine the first second is over before the lab listens to signals; then it has changed nothing yet.
    expect([130, null]).toContain(code);
    expect(leftOf(runs)).toEqual([]);
  }, 60_000);

  it('that ends while it starts is quoted, with exit code 4, and nothing is left', async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'etcd'), '#!/bin/sh\necho "listen tcp 10.0.0.1:2380: bind: address already in use" >&2\nexit 1\n');
    chmodSync(join(bin, 'etcd'), 0o755);
    const { code, said, runs } = await startLab(shortScenario(folder, 'process-kill'), join(folder, 'crashed'), { ...shop, env: { ...env, LAB_ETCD_BIN: bin } }).ended;
    expect([code, said.replaceAll(/\s+/g, ' ')]).toEqual([4, expect.stringMatching(/etcd \(etcd-\d\) ended with exit code 1; it said: .*address already in use/)]);
    expect(leftOf(runs)).toEqual([]);
  }, 60_000);

  it('does not start where the disk is full: one sentence, exit code 4, nothing left', async () => {
    const small = join(folder, 'small');
    mkdirSync(small);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'none', small]).status).toBe(0);
    try {
      const { code, said, runs } = await startLab(shortScenario(folder, 'process-kill'), join(folder, 'full'), { ...shop, env: { ...env, TMPDIR: small } }).ended;
      expect([code, said.replaceAll(/\s+/g, ' ')]).toEqual([4, expect.stringMatching(/small has \d+ MiB left, and 3 nodes need 900 MiB/)]);
      expect(leftOf(runs)).toEqual([]);
    } finally {
      spawnSync('umount', [small]);
    }
  }, 60_000);

  it.skipIf(!havePrometheus)('is scraped by a real Prometheus where one is asked for, and the bundle holds what that saw', async () => {
    const dir = join(folder, 'prometheus');
    const { code, said, runs } = await startLab(shortScenario(folder, 'process-kill'), dir, { ...shop, env: { ...env, LAB_PROMETHEUS: wrapped('exec') } }).ended;
    expect(readFileSync(join(folder, 'prometheus.asked'), 'utf8')).toContain('--storage.tsdb.path=');
    const { run } = orThrow(readBundle(dir));
    expect([run.state, said]).toEqual([expect.stringMatching(/^(scored|no-symptom)$/), expect.any(String)]);
    expect(code).not.toBe(4);
    const metrics = decodeMetrics(readFileSync(join(dir, 'incident/metrics.jsonl.zst')));
    expect(metrics.targets().map(({ job, times }) => [job, times.count > 0])).toEqual([['etcd', true], ['etcd', true], ['etcd', true]]);
    expect(metricsJsonl(metrics)).toContain('{"n":"etcd_server_has_leader"');
    expect([runs.length, leftOf(runs)]).toEqual([1, []]);
  }, 120_000);

  it.skipIf(!havePrometheus)('ends with 4 when its Prometheus ends in the middle, which is told with what it said', async () => {
    const { code, said, runs } = await startLab(shortScenario(folder, 'process-kill'), join(folder, 'scraper-gone'), { ...shop, env: { ...env, LAB_PROMETHEUS: wrapped('exec timeout 9') } }).ended;
    expect([code, said.replaceAll(/\s+/g, ' ')]).toEqual([4, expect.stringMatching(/prometheus \(prometheus\) ended with exit code \d+; it said: /)]);
    expect(leftOf(runs)).toEqual([]);
  }, 120_000);

  it('does not start without the Prometheus that was asked for', async () => {
    const { code, said, runs } = await startLab(shortScenario(folder, 'process-kill'), join(folder, 'no-prometheus'), { ...shop, env: { ...env, LAB_PROMETHEUS: '/nowhere/prometheus' } }).ended;
    expect([code, said.replaceAll(/\s+/g, ' ')]).toEqual([4, expect.stringMatching(/LAB_PROMETHEUS asks for \/nowhere\/prometheus, which is not there/)]);
    expect(leftOf(runs)).toEqual([]);
  }, 60_000);

  it('runs without root on the loopback address with the faults that are left', async ({ skip }) => {
    if (!othersMayRun()) return skip('this checkout or etcd is in a folder that only root may enter');
    const home = join(folder, 'nobody');
    mkdirSync(home);
    spawnSync('chown', ['-R', String(someone), home]);
    chmodSync(folder, 0o755);
    const file = shortScenario(folder, 'process-kill');
    const before = asSomeone;
    const plain = { ...env, HOME: home, TMPDIR: home, LAB_STATE_DIR: join(home, 'state') };
    const { said } = await startLab(file, join(home, 'bundle'), { env: plain, before, unfinishedRuns: () => [] }).ended;
    expect([orThrow(readBundle(join(home, 'bundle'))).run.state, said]).toEqual([expect.stringMatching(/^(scored|no-symptom)$/), expect.any(String)]);
    expect(JSON.parse(readFileSync(join(home, 'bundle', 'incident', 'inventory.json'), 'utf8'))).toMatchObject([{ host: '127.0.0.1' }, {}, {}]);
    const { code, said: refused } = await startLab(shortScenario(folder, 'disk-slow'), join(home, 'refused'), { env: plain, before, unfinishedRuns: () => [] }).ended;
    expect([code, refused]).toEqual([3, expect.stringContaining('NOT_SUPPORTED: disk-slow needs disk control')]);
    expect(leftBehind('operator-lab-', home).filter((each) => each.startsWith('folder'))).toEqual([]);
  }, 90_000);
});

it('has an etcd to run on, or says that it has none', () => {
  if (!canRunAsRoot) process.stdout.write('no root, or no etcd on PATH: clusters of processes were not tried (test/fetch-debian.sh etcd-server)\n');
  expect(defined(env['TMPDIR'], 'TMPDIR')).toBe(folder);
});
