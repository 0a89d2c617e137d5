import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from './cluster.fixture.ts';

const mebibyte = 2 ** 20;
const starts = 'changes(process_start_time_seconds{job="tikv"}[10m])';

describe('a store whose memory limit is below its block cache', () => {
  test('is killed without a word, and refuses to start every fifteen seconds from then on', async () => {
    const lab = await TestCluster.start(1);
    const at = lab.now;
    await lab.controls.memory.limit('tikv-2', 231 * mebibyte);
    await lab.pass(10);
    expect(await lab.controls.process.state('tikv-2')).toBe('exited');
    expect((await lab.log({ node: 'tikv-2', fromMs: at })).map((line) => line.message)).toEqual([]);
    await lab.pass(65);
    const lines = await lab.log({ node: 'tikv-2', fromMs: at });
    expect(lines.filter((line) => line.message === 'Welcome to TiKV')).toHaveLength(4);
    expect(lines.filter((line) => line.level === 'FATAL')).toHaveLength(4);
    expect(lines.find((line) => line.level === 'FATAL')?.message).toContain('is greater than memory-usage-limit: 256MiB + 0KiB > 231MiB');
    expect((await lab.query('up{job="tikv"}'))['tikv-2']).toBe(0);
  });

  test('serves again at its next start once the limit is gone', async () => {
    const lab = await TestCluster.start(1);
    await lab.controls.memory.limit('tikv-2', 231 * mebibyte);
    await lab.pass(60);
    await lab.controls.memory.restore('tikv-2');
    await lab.pass(40);
    expect((await lab.query('up{job="tikv"}'))['tikv-2']).toBe(1);
    expect((await lab.store('tikv-2')).store.state_name).toBe('Up');
  });
});

test('a limit above the cache and below what an old store holds kills it each time that its cache is full again', async () => {
  const lab = await TestCluster.start(1);
  await lab.controls.memory.limit('tikv-2', 500_000_000);
  await lab.pass(30);
  const young = (await lab.query('process_resident_memory_bytes{job="tikv"}'))['tikv-2'] as number;
  expect(young).toBeLessThan(450_000_000);
  await lab.pass(560);
  expect((await lab.query(starts))['tikv-2']).toBeGreaterThan(1);
  expect((await lab.log({ node: 'tikv-2', levels: ['FATAL'] })).length).toBe(0);
  expect((await lab.query('max_over_time(process_resident_memory_bytes{job="tikv"}[10m])'))['tikv-2']).toBeGreaterThan(470_000_000);
});

test('a store that is killed from outside stays down; one that a liveness probe kills comes back each time', async () => {
  const lab = await TestCluster.start(1);
  await lab.controls.process.kill('tikv-1');
  await lab.controls.supervisor.failLiveness('tikv-2', 20_000);
  await lab.pass(100);
  expect(await lab.controls.process.state('tikv-1')).toBe('exited');
  expect(await lab.controls.supervisor.probeRestarts('tikv-2')).toBeGreaterThanOrEqual(2);
  await lab.controls.supervisor.repairLiveness('tikv-2');
  await lab.controls.supervisor.repairLiveness('tikv-2');
  await lab.pass(60);
  const before = await lab.controls.supervisor.probeRestarts('tikv-2');
  await lab.pass(60);
  expect(await lab.controls.process.state('tikv-2')).toBe('running');
  expect(await lab.controls.supervisor.probeRestarts('tikv-2')).toBe(before);
});

test('a store holds its memtable in memory until that is flushed; address space it never gives back', async () => {
  const lab = await TestCluster.start(1, { ...smallSpec, load: { ...smallSpec.load, ratePerSecond: 2_000, reads: 0.2 } });
  await lab.pass(60);
  const span = await lab.query('max_over_time(process_resident_memory_bytes{job="tikv"}[1m]) - min_over_time(process_resident_memory_bytes{job="tikv"}[1m])');
  for (const bytes of Object.values(span)) expect([bytes > 20e6, bytes < 60e6]).toEqual([true, true]);
  expect(Object.values(await lab.query('resets(process_virtual_memory_bytes{job="tikv"}[1m])'))).toEqual([0, 0, 0]);
  // Each store flushes at its own time.
  expect(new Set(Object.values(await lab.query('process_resident_memory_bytes{job="tikv"}'))).size).toBe(3);
});
