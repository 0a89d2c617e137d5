import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readBundle } from '../../harness/history/bundle-reader.ts';
import { Random } from '../../src/kernel/random.ts';
import { wallClock } from '../../src/kernel/wall-clock.ts';
import { Bench, noDocker, shortScenario, until } from './docker.test-kit.ts';

/** How often a lab is killed; CI has less patience than a release. */
const kills = Number(process.env['LAB_TEST_DOCKER_KILLS'] ?? 4);
const seed = Number(process.env['LAB_TEST_SEED'] ?? wallClock.now() % 1_000_000);

describe.skipIf(noDocker !== undefined)(`a lab that is killed while it runs containers${noDocker === undefined ? '' : ` (${noDocker})`}`, () => {
  test('is cleaned up after by itself when somebody interrupts it while the cluster starts', async () => {
    using bench = new Bench();
    const before = bench.traces();
    const running = bench.start([...bench.scenario('short', shortScenario()), '--out', bench.bundle('out'), '--quiet']);
    await until(() => bench.traces().some((line) => line.startsWith('ps ') && line.includes('-etcd-1-1 ')));
    running.kill('SIGINT');
    expect((await running).exitCode).toBe(130);
    expect(bench.traces()).toEqual(before);
    expect(readBundle(bench.bundle('out'))).toMatchObject({ ok: true, value: { run: { state: 'interrupted' } } });
    expect((await bench.lab(['clean'])).stdout).toBe('Nothing is left of any run.');
  });

  test(`is cleaned up after, ${kills} times, and its bundles open (seed ${seed})`, async () => {
    const random = Random.fromSeed(seed).fork('kills');
    using bench = new Bench();
    const words = bench.scenario('short', shortScenario('5s', '10s'));
    const before = bench.traces();
    for (let i = 0; i < kills; i++) {
      const out = bench.bundle(`out-${i}`);
      const running = bench.start([...words, '--out', out, '--quiet']);
      const patience = new AbortController();
      const ended = running.then(() => patience.abort());
      const afterMs = Math.round(random.between(500, 45_000));
      await wallClock.sleep(afterMs, patience.signal).catch(() => {});
      running.kill('SIGKILL');
      await ended;
      const { code, stdout } = await bench.lab(['clean']);
      expect(code, `killed after ${afterMs} ms: ${stdout}`).toBe(0);
      expect(bench.traces(), `killed after ${afterMs} ms: ${stdout}`).toEqual(before);
      const bundle = existsSync(out) ? readBundle(out) : undefined;
      expect(bundle?.ok ?? true, `killed after ${afterMs} ms: ${JSON.stringify(bundle)}`).toBe(true);
    }
  });
});
