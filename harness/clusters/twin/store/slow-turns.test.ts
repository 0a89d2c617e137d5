import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from '../cluster.fixture.ts';

const applied = { contains: 'handle ready' };
const handled = { contains: 'peer messages' };
const takes = ({ raw }: { readonly raw: string }): number => Number(/\[takes=(\d+)\]/.exec(raw)?.[1]);
const applyTurns = (of: 'count' | 'sum') => `rate(tikv_raftstore_apply_log_duration_seconds_${of}[20s])`;

describe('a turn that took too long', () => {
  test('is written down by the apply pool from a second on and by raft threads from a tenth of one, where a store has more to do than it can', async () => {
    // All on one machine of two cores, as in recordings/tikv-write-overload.
    const load = { ...smallSpec.load, ratePerSecond: 300 };
    const lab = await TestCluster.start(1, { ...smallSpec, machine: { cores: 2, othersCores: 0.3, syncMs: 0.14 }, load });
    const fromMs = lab.now;
    await lab.pass(20);
    expect([await lab.log({ ...applied, fromMs }), await lab.log({ ...handled, fromMs })]).toEqual([[], []]);
    const restful = (await lab.query(applyTurns('count')))['tikv-2'] ?? 0;
    await lab.controls.load.set({ ...load, ratePerSecond: 8_000, reads: 0, valueBytes: 4_096 });
    await lab.pass(45);
    const [batches, regions] = [(await lab.log({ ...applied, fromMs })).map(takes), (await lab.log({ ...handled, fromMs })).map(takes)];
    expect([batches.length > 6, regions.length > 6]).toEqual([true, true]);
    expect([Math.min(...batches) >= 1_000, Math.max(...batches) < 10_000, Math.min(...regions) >= 100, Math.max(...regions) < 1_000]).toEqual([true, true, true, true]);
    // Two threads are busy for two seconds a second at the most.
    expect((await lab.query(applyTurns('sum')))['tikv-2']).toBeLessThan(2.2);
    expect((await lab.query(applyTurns('count')))['tikv-2']).toBeLessThan(restful / 2);
  });

  test('is told of commands of transactions, which make the way of every put', async () => {
    const load = { ...smallSpec.load, ratePerSecond: 300, transactions: 5 };
    const lab = await TestCluster.start(1, { ...smallSpec, machine: { cores: 2, othersCores: 0.3, syncMs: 0.14 }, load });
    const fromMs = lab.now;
    await lab.pass(20);
    const commands = { contains: 'scheduler handle command', fromMs };
    expect(await lab.log(commands)).toEqual([]);
    await lab.controls.load.set({ ...load, ratePerSecond: 8_000, reads: 0, valueBytes: 4_096 });
    await lab.pass(40);
    const lines = await lab.log(commands);
    // Two for each transaction at the most.
    expect([lines.length > 100, lines.length <= 400, Math.min(...lines.map(takes)) >= 1_000]).toEqual([true, true, true]);
  });

  test('does not come of a quota: nobody waits for longer than a period of it', async () => {
    const lab = await TestCluster.start(1, { ...smallSpec, load: { ...smallSpec.load, ratePerSecond: 300 } });
    const fromMs = lab.now;
    await lab.controls.cpu.throttle('tikv-2', 0.1);
    await lab.pass(60);
    expect([await lab.log({ ...applied, fromMs }), await lab.log({ ...handled, fromMs })]).toEqual([[], []]);
  });

  test('is as long as RocksDB took no writes', async () => {
    const lab = await TestCluster.start(3, { ...smallSpec, settings: { 'storage.flow-control.enable': false }, load: { ...smallSpec.load, ratePerSecond: 3_000, reads: 0.3, valueBytes: 4_096 } });
    const fromMs = lab.now;
    await lab.controls.config.write('tikv/tikv-2/rocksdb.rate-bytes-per-sec', '8MiB');
    await lab.pass(240);
    const lines = await lab.log({ ...applied, fromMs });
    expect(new Set(lines.map(({ node }) => node))).toEqual(new Set(['tikv-2']));
    expect(Math.max(...lines.map(takes))).toBeGreaterThan(2_000);
  });

  test('is what the threads of a busy store were at when it was paused', async () => {
    let told = 0;
    for (const seed of [1, 2, 3, 4]) {
      const lab = await TestCluster.start(seed, { ...smallSpec, load: { ...smallSpec.load, ratePerSecond: 6_000, reads: 0.2 } });
      const fromMs = lab.now;
      await lab.controls.process.pause('tikv-2');
      await lab.pass(20);
      await lab.controls.process.resume('tikv-2');
      await lab.pass(5);
      const lines = [...(await lab.log({ ...applied, node: 'tikv-2', fromMs })), ...(await lab.log({ ...handled, node: 'tikv-2', fromMs }))];
      for (const line of lines) expect(takes(line)).toBeGreaterThanOrEqual(20_000);
      told += lines.length;
    }
    expect(told).toBeGreaterThan(0);
  });
});
