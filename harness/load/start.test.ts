import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { LoadSpec } from '../clusters/contract.ts';
import { wallClock } from '../../src/kernel/wall-clock.ts';
import { startLoad } from './start.ts';
import { StandIn } from './tikv/stand-in.test-kit.ts';

const load: LoadSpec = { shape: 'mixed', ratePerSecond: 200, reads: 0.5, keys: 'uniform', valueBytes: 32 };

test('a program of its own loads the cluster behind its launcher, takes changes, and is gone when it is ended', async () => {
  await using world = await StandIn.start(1, 1);
  const started = await startLoad({ subject: 'tikv', endpoints: world.endpoints, launcher: ['/usr/bin/env'] }, load);
  if (!started.ok) throw new Error(started.failure.because);
  const running = started.value;
  for (let i = 0; i < 300 && running.seconds().length < 2; i++) await wallClock.sleep(20);
  expect(running.seconds().at(-1)).toMatchObject({ errors: {} });
  expect(running.seconds().reduce((sum, { ok }) => sum + ok, 0)).toBeGreaterThan(50);
  await running.set({ ...load, shape: 'idle' });
  expect(running.died?.()).toBeUndefined();
  await running[Symbol.asyncDispose]();
  expect(running.died?.()).toBeUndefined();
});

test.each([
  ['a launcher that does not exist', { subject: 'tikv', endpoints: ['127.0.0.1:1'], launcher: ['no-such-launcher'] }, /load generator .*no-such-launcher/],
  ['a subject without a client', { subject: 'mysql', endpoints: ['127.0.0.1:1'] }, /no load client for mysql/],
])('%s is told, and nothing stays', async (_, targets, because) => {
  expect(await startLoad(targets, load)).toMatchObject({ ok: false, failure: { because: expect.stringMatching(because) as string } });
});

test('the program does not outlive the one that started it, not even while it tries to connect', async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./client-main.ts', import.meta.url))], { stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.write(`${JSON.stringify({ kind: 'start', subject: 'etcd', endpoints: ['127.0.0.1:1'], seed: 1, load })}\n`);
  await wallClock.sleep(300);
  const ended = once(child, 'exit');
  child.stdin.end();
  expect(await ended).toEqual([0, null]);
}, 12_000);
