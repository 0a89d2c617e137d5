import { expect, test } from 'vitest';
import { TestCluster } from '../cluster.fixture.ts';

const took = 'avg_over_time(scrape_duration_seconds{job="tikv"}[1m])';

test('no two scrapes take equally long, and pages of PD are quicker than those of stores', async () => {
  const lab = await TestCluster.start();
  await lab.pass(60);
  expect(Object.values(await lab.query('max by (instance) (changes(scrape_duration_seconds[1m]))')).every((changes) => changes >= 10)).toBe(true);
  const mean = async (job: string) => Object.values(await lab.query(`avg(avg_over_time(scrape_duration_seconds{job="${job}"}[1m]))`))[0] as number;
  expect(await mean('tikv')).toBeGreaterThan(2 * (await mean('pd')));
});

test('a store that is asked for more than it can do answers scrapes late as well, if far from too late', async () => {
  const lab = await TestCluster.start();
  await lab.pass(60);
  const quiet = await lab.query(took);
  await lab.controls.load.set({ ...lab.controls.load.initial(), ratePerSecond: 60_000, reads: 0.1 });
  await lab.pass(60);
  const busy = await lab.query(took);
  const stretched = Object.keys(quiet).map((store) => (busy[store] as number) / (quiet[store] as number));
  expect(Math.max(...stretched)).toBeGreaterThan(2.5);
  expect(Math.max(...stretched)).toBeLessThan(6);
});
