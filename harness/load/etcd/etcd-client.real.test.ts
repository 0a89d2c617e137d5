import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { wallClock } from '../../../src/kernel/wall-clock.ts';
import type { LoadSpec } from '../../clusters/contract.ts';
import type { ClientSecond, RunningLoad } from '../contract.ts';
import { startLoad } from '../start.ts';
import { onPath, RealEtcd } from './real-etcd.test-kit.ts';

const load: LoadSpec = { shape: 'mixed', ratePerSecond: 100, reads: 0.5, keys: 'zipfian', valueBytes: 256 };

describe.skipIf(!onPath('etcd', /etcd Version: 3\.(5|6|7)/))('clients of a real etcd (skipped without etcd 3.5 on PATH)', () => {
  let etcd: RealEtcd;
  let running: RunningLoad;

  beforeEach(async () => {
    etcd = await RealEtcd.start();
    const started = await startLoad({ subject: 'etcd', endpoints: etcd.members.map(({ address }) => address) }, load);
    if (!started.ok) throw new Error(started.failure.because);
    running = started.value;
    await wallClock.sleep(8_000);
  });
  afterEach(async () => {
    await running?.[Symbol.asyncDispose]();
    etcd?.[Symbol.dispose]();
  });

  test('a healthy cluster answers all of a hundred requests a second', () => {
    const last = running.seconds().slice(-4);
    expect(sum(last, ({ ok }) => ok)).toBeGreaterThan(380);
    expect(last.flatMap(({ errors }) => Object.keys(errors))).toEqual([]);
  });

  test('the leader is killed: requests under way fail or wait, then the others serve everything', async () => {
    const leader = await etcd.leader();
    const before = running.seconds().length;
    leader.child.kill('SIGKILL');
    await wallClock.sleep(12_000);
    const after = () => running.seconds().slice(before);
    // What the dead leader had taken and not answered is lost: its clients' time is up after five seconds.
    expect(sum(after(), ({ errors }) => Object.values(errors).reduce((all, n) => all + n, 0))).toBeGreaterThan(0);
    expect(sum(after(), ({ retries }) => retries)).toBeGreaterThan(0);
    // On a busy machine elections take their time.
    await expect.poll(() => sum(after().slice(-3), ({ ok }) => ok), { timeout: 20_000, interval: 1_000 }).toBeGreaterThan(280);
  });
});

const sum = (seconds: readonly ClientSecond[], of: (second: ClientSecond) => number): number => seconds.reduce((all, second) => all + of(second), 0);
