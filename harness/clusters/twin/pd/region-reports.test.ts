import { expect, test } from 'vitest';
import { TestCluster } from '../cluster.fixture.ts';

const sum = async (lab: TestCluster, metric: string): Promise<number> => (await lab.query(`sum(${metric})`))[''] as number;

/** How many reports leaders sent in each of so many spans of five seconds. */
async function reportsEach5s(lab: TestCluster, spans: number): Promise<number[]> {
  const sent = [await sum(lab, 'tikv_pd_heartbeat_message_total{type="send"}')];
  for (let i = 0; i < spans; i++) {
    await lab.pass(5);
    sent.push(await sum(lab, 'tikv_pd_heartbeat_message_total{type="send"}'));
  }
  return sent.slice(1).map((count, i) => count - (sent[i] as number));
}

test('leaders report each minute, most of them within the same seconds of it', async () => {
  const lab = await TestCluster.start();
  await lab.pass(65);
  const minute = await reportsEach5s(lab, 12);
  const inAll = minute.reduce((all, each) => all + each, 0);
  const leaders = await sum(lab, 'tikv_raftstore_region_count{type="leader"}');
  expect(inAll).toBeGreaterThan(0.8 * leaders);
  expect(inAll).toBeLessThan(1.1 * leaders);
  const fifteenSeconds = minute.map((each, i) => each + (minute[(i + 1) % 12] as number) + (minute[(i + 2) % 12] as number));
  expect(Math.max(...fifteenSeconds) / inAll).toBeGreaterThan(0.6);
});
