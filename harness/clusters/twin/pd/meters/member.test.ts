import { expect, test } from 'vitest';
import { defined } from '../../../../../src/kernel/assert.ts';
import { TestCluster } from '../../cluster.fixture.ts';

test("PD's leader holds more than a follower of all that a member needs, and none of it stands still", async () => {
  const lab = await TestCluster.start();
  await lab.pass(240);
  const leader = defined(lab.cluster.nodes().find((node) => node.leads), 'a PD leader').id;
  for (const gauge of ['process_resident_memory_bytes{job="pd"}', 'go_goroutines', 'process_open_fds']) {
    const mean = await lab.query(`avg_over_time(${gauge}[4m])`);
    for (const [node, value] of Object.entries(mean)) if (node !== leader) expect(mean[leader], gauge).toBeGreaterThan(value);
    expect((await lab.query(`changes(${gauge}[4m])`))[leader], gauge).toBeGreaterThan(2);
  }
  const bytes = Object.values(await lab.query('max_over_time(process_resident_memory_bytes{job="pd"}[4m])'));
  for (const most of bytes) expect([most > 90e6, most < 125e6]).toEqual([true, true]);
});

test("PD's leader patrols and gives out timestamps all the time, the others never", async () => {
  const lab = await TestCluster.start();
  await lab.pass(60);
  for (const gauge of ['pd_checker_patrol_regions_time', 'pd_cluster_tso{type="tso"}']) {
    const changes = Object.values(await lab.query(`changes(${gauge}[1m])`)).sort((a, b) => b - a);
    expect(changes[0], gauge).toBeGreaterThanOrEqual(10);
    expect(changes.slice(1), gauge).toEqual([0, 0]);
  }
});
