import { describe, expect, test } from 'vitest';
import { TestCluster } from './cluster.fixture.ts';

const hostCores = 'sum by (instance) (rate(node_cpu_seconds_total{mode!="idle"}[30s]))';
const hostWrites = 'rate(node_disk_written_bytes_total[30s])';
const appendP99 = 'histogram_quantile(0.99, sum by (instance, le) (rate(tikv_raftstore_append_log_duration_seconds_bucket[30s])))';
const getP99 = 'histogram_quantile(0.99, sum by (instance, le) (rate(tikv_grpc_msg_duration_seconds_bucket{type="raw_get"}[30s])))';

describe("a machine's own counters", () => {
  test('show every node, what its programs use and what is left of its disk', async () => {
    const lab = await TestCluster.start();
    await lab.pass(30);
    expect(Object.keys(await lab.query('up{job="overwritten-nodes"} == 1'))).toHaveLength(6);
    const [all, own] = [await lab.query(hostCores), await lab.query('rate(process_cpu_seconds_total{job="tikv"}[30s])')];
    expect(Math.abs((all['tikv-1'] as number) - (own['tikv-1'] as number))).toBeLessThan(0.1);
    expect((await lab.query('sum by (instance) (rate(node_cpu_seconds_total[30s]))'))['tikv-1']).toBeCloseTo(4, 1);
    const [left, told] = [await lab.query('node_filesystem_avail_bytes'), await lab.query('tikv_store_size_bytes{type="available"}')];
    expect((left['tikv-1'] as number) / (told['tikv-1'] as number)).toBeCloseTo(1, 2);
  });

  test('go on while the program on it is gone', async () => {
    const lab = await TestCluster.start();
    await lab.controls.process.kill('tikv-2');
    await lab.pass(30);
    expect((await lab.query('up{job="overwritten-nodes"}'))['tikv-2']).toBe(1);
  });
});

describe('a neighbour that works', () => {
  test('is seen in the counters of the machine alone, and in how late the store is', async () => {
    const lab = await TestCluster.start();
    await lab.pass(30);
    const before = { append: await lab.query(appendP99), get: await lab.query(getP99), own: await lab.query('rate(process_cpu_seconds_total{job="tikv"}[30s])') };
    await lab.controls.neighbour.move('tikv-2', { cores: 3, diskShare: 0.95 });
    await lab.pass(35);
    expect((await lab.query(hostCores))['tikv-2']).toBeGreaterThan(3);
    expect((await lab.query('tikv_server_cpu_cores_quota'))['tikv-2']).toBe(4);
    expect((await lab.query(hostWrites))['tikv-2']).toBeGreaterThan(300e6);
    const meanBytes = (await lab.query(`${hostWrites} / rate(node_disk_writes_completed_total[30s])`))['tikv-2'] as number;
    expect([meanBytes > 65_536, meanBytes <= 131_072]).toEqual([true, true]);
    expect((await lab.query('rate(process_cpu_seconds_total{job="tikv"}[30s])'))['tikv-2']).toBeLessThan(0.2 + (before.own['tikv-2'] as number));
    expect((await lab.query(appendP99))['tikv-2']).toBeGreaterThan(5 * (before.append['tikv-2'] as number));
    expect((await lab.query(getP99))['tikv-2']).toBeGreaterThan(2 * (before.get['tikv-2'] as number));
    await lab.controls.neighbour.leave('tikv-2');
    await lab.pass(35);
    expect((await lab.query(hostCores))['tikv-2']).toBeLessThan(0.5);
    expect((await lab.query(appendP99))['tikv-2']).toBeLessThan(2 * (before.append['tikv-2'] as number));
  });
});
