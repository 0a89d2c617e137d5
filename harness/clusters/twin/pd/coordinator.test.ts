import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from '../cluster.fixture.ts';

const leaderOf = async (lab: TestCluster): Promise<string> => (await lab.pd<{ name: string }>('/leader')).body.name;
const members = ['pd-1', 'pd-2', 'pd-3'] as const;
const idle = { ...smallSpec, load: { ...smallSpec.load, shape: 'idle' } } as const;

/** How long after it called itself ready whoever leads now let its schedulers start. */
async function started(lab: TestCluster, fromMs: number): Promise<{ readonly afterMs: readonly number[]; readonly knew: readonly string[] }> {
  const [ready] = await lab.log({ contains: 'PD leader is ready to serve', fromMs });
  const starts = await lab.log({ contains: 'coordinator starts to run schedulers', fromMs });
  const knew = (await lab.log({ contains: 'finish prepare checker', fromMs })).map(({ raw }) => /not-from-storage-region=(\d+)/.exec(raw)?.[1] ?? '');
  return { afterMs: starts.map(({ atMs }) => atMs - (ready?.atMs ?? 0)), knew };
}

describe('schedulers under a new leader of PD', () => {
  test('start at once where it has followed all the time', async () => {
    const lab = await TestCluster.start();
    const fromMs = lab.now;
    await lab.controls.process.kill(await leaderOf(lab));
    await lab.pass(30);
    expect(await started(lab, fromMs)).toEqual({ afterMs: [0], knew: ['90'] });
  });

  test('wait for the reports of the stores where it has just been started, with all the others', async () => {
    const lab = await TestCluster.start();
    for (const member of members) await lab.controls.process.kill(member);
    const fromMs = lab.now;
    for (const member of members) await lab.controls.process.start(member);
    await lab.pass(30);
    const { afterMs, knew } = await started(lab, fromMs);
    expect([3_000, 6_000]).toContain(afterMs[0]);
    expect(Number(knew[0])).toBeGreaterThanOrEqual(72);
  });

  test('wait five minutes where no store reports to it, and then start without', async () => {
    const lab = await TestCluster.start(1, { ...idle, storesKnow: 'leader', restartedFollowers: 2 });
    const fromMs = lab.now;
    await lab.controls.process.kill(await leaderOf(lab));
    await lab.pass(300);
    expect((await started(lab, fromMs)).afterMs).toEqual([]);
    await lab.pass(60);
    expect(await started(lab, fromMs)).toEqual({ afterMs: [300_000], knew: [] });
  });
});
