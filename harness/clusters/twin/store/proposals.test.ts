import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from '../cluster.fixture.ts';
import { entriesOf } from './proposals.ts';

const even = { regions: 30, share: 0.3, topShare: 0.01 };
const single = { regions: 1, share: 1, topShare: 1 };

describe('what waits in a region is proposed together', () => {
  test.each([
    ['as recorded for a hot region: 597 commands a second, 540 entries', 597, single, 0.8, 540],
    ['as recorded on a full machine: 1,750 commands a second to 106 regions, 343 entries', 1_750, { regions: 106, share: 1, topShare: 1 / 106 }, 310, 343],
    ['hardly ever where few come and disks are quick', 40, even, 1, 40],
  ])('%s', (_what, writes, writers, waitMs, entries) => {
    const made = entriesOf(writes, { writers, waitMs, spanSeconds: 1, bytesEach: 1_024 });
    expect(made).toBeGreaterThan(0.95 * entries);
    expect(made).toBeLessThan(1.05 * entries);
  });

  test('never more than came, never fewer than one each time that the last one is written, and no batch beyond two fifths of the largest entry', () => {
    expect(entriesOf(1_000, { writers: single, waitMs: 0, spanSeconds: 1, bytesEach: 100 })).toBe(1_000);
    expect(entriesOf(1_000, { writers: single, waitMs: 500, spanSeconds: 1, bytesEach: 100 })).toBeCloseTo(2, 0);
    expect(entriesOf(1_000, { writers: single, waitMs: 500, spanSeconds: 1, bytesEach: 2 ** 20 })).toBeGreaterThan(300);
  });
});

describe('a cluster whose clients write to one region', () => {
  const sum = async (lab: TestCluster, promql: string): Promise<number> => (await lab.query(promql))[''] ?? 0;
  const proposed = (type: string): string => `sum(rate(tikv_raftstore_proposal_total{type="${type}"}[60s]))`;

  test('makes fewer entries than it takes writes, sends each to two followers, and loses none', async () => {
    const lab = await TestCluster.start(1, { ...smallSpec, load: { ...smallSpec.load, reads: 0.1 } });
    await lab.pass(30);
    const quietBatch = await sum(lab, proposed('batch'));
    await lab.controls.load.set({ ...smallSpec.load, reads: 0.1, hot: { of: 'writes', share: 0.9, at: 0.5 } });
    await lab.pass(80);
    const [entries, batched, puts] = [await sum(lab, proposed('normal')), await sum(lab, proposed('batch')), await sum(lab, 'sum(rate(tikv_storage_command_total{type="raw_put"}[60s]))')];
    expect(quietBatch).toBeLessThan(0.05 * puts);
    expect(batched / (entries + batched)).toBeGreaterThan(0.2);
    // Raftstore brings its numbers up to date every ten seconds, so a minute holds five or six of these turns.
    expect((entries + batched) / puts).toBeGreaterThan(0.8);
    expect((entries + batched) / puts).toBeLessThan(1.2);
    expect((await sum(lab, 'sum(rate(tikv_raftstore_raft_sent_message_total{type="append"}[60s]))')) / entries).toBeCloseTo(2, 0);
    expect((await sum(lab, 'sum(rate(tikv_raftstore_write_cmd_total{type="put"}[60s]))')) / puts).toBeCloseTo(3, 0);
  });
});
