import { describe, expect, test } from 'vitest';
import type { ClusterSpec } from '../contract.ts';
import { TestCluster, smallSpec } from './cluster.fixture.ts';

const total = async (lab: TestCluster, promql: string): Promise<number> => Object.values(await lab.query(promql)).reduce((sum, one) => sum + one, 0);

const load = { ...smallSpec.load, ratePerSecond: 300 };

/** What the log writers are given for each entry, after a while of this load. */
async function tasksPerEntry(spec: Partial<ClusterSpec>): Promise<number> {
  const lab = await TestCluster.start(1, { ...smallSpec, regions: 106, load, ...spec });
  await lab.pass(60);
  const rate = (family: string) => total(lab, `rate(${family}[50s])`);
  return await rate('tikv_raftstore_store_write_task_wait_duration_secs_count') / await rate('tikv_raftstore_apply_log_duration_seconds_count');
}

describe('a log writer is given more than entries, for the raft state is saved again where the news of a commit comes alone', () => {
  test('on a cluster at rest one and a half times as much (recorded: 1.55 to 1.58)', async () => {
    const tasks = await tasksPerEntry({});
    expect(tasks).toBeGreaterThan(1.45);
    expect(tasks).toBeLessThan(1.7);
  });

  test('less where one region gets most, as there the next entry brings the news (recorded: 1.30 to 1.37)', async () => {
    const tasks = await tasksPerEntry({ load: { ...load, hot: { of: 'writes', share: 0.8, at: 0.3 } } });
    expect(tasks).toBeGreaterThan(1.25);
    expect(tasks).toBeLessThan(1.45);
  });
});
