import { describe, expect, test } from 'vitest';
import { defined } from '../../../src/kernel/assert.ts';
import { TestCluster } from './cluster.fixture.ts';

const offset = 'node_time_seconds - timestamp(node_time_seconds)';
const slow = 'increase(pd_tso_events{type="system_time_slow"}[30s])';
const leaderOf = (lab: TestCluster) => defined(lab.cluster.nodes().find((node) => node.leads), 'a PD leader').id;
const states = async (lab: TestCluster) => (await lab.pd<{ stores: { store: { state_name: string } }[] }>('/stores')).body.stores.map(({ store }) => store.state_name);

async function stepped(node: (lab: TestCluster) => string, offsetMs: number, seconds: number) {
  const lab = await TestCluster.start();
  const [struck, sinceMs] = [node(lab), lab.now];
  await lab.controls.clock.step(struck, offsetMs);
  await lab.pass(seconds);
  return { lab, struck, sinceMs };
}

describe("a clock of PD's leader", () => {
  test('that goes back is noticed, and timestamps stand still until it has caught up', async () => {
    const { lab, struck, sinceMs } = await stepped(leaderOf, -60_000, 40);
    expect((await lab.query(offset))[struck]).toBeCloseTo(-60, 1);
    expect((await lab.query('pd_monitor_time_jump_back_total'))[struck]).toBe(1);
    expect((await lab.query(slow))[struck]).toBeGreaterThan(500);
    expect((await lab.query('pd_cluster_tso_gap_millionseconds'))[struck]).toBeLessThan(-10_000);
    expect((await lab.query('changes(pd_cluster_tso{type="tso"}[20s])'))[struck]).toBe(0);
    expect((await lab.log({ contains: 'system time jumps backward', fromMs: sinceMs - 61_000 })).map(({ node }) => node)).toEqual([struck]);
    expect(await states(lab)).toEqual(['Up', 'Up', 'Up']);
    expect((await lab.log({ contains: 'prober found high clock drift', fromMs: sinceMs - 61_000 })).length).toBeGreaterThanOrEqual(4);
    await lab.pass(60);
    expect((await lab.query(slow))[struck]).toBe(0);
  });

  test('that goes ahead takes every store for silent until its next heartbeat, and its timestamps stay ahead when it is set right', async () => {
    const { lab, struck } = await stepped(leaderOf, 60_000, 1);
    expect((await states(lab)).filter((state) => state === 'Disconnected').length).toBeGreaterThanOrEqual(2);
    await lab.pass(12);
    expect(await states(lab)).toEqual(['Up', 'Up', 'Up']);
    await lab.controls.clock.step(struck, 0);
    await lab.pass(31);
    expect((await lab.query(slow))[struck]).toBeGreaterThan(400);
  });
});

test("a store's clock that goes back is an error in its log, with the stamps of that clock, and nothing else", async () => {
  const { lab, sinceMs } = await stepped(() => 'tikv-2', -60_000, 30);
  const [line] = await lab.log({ contains: 'system time jumped back', fromMs: sinceMs - 61_000 });
  expect([line?.node, line?.level, line?.atMs]).toEqual(['tikv-2', 'ERROR', sinceMs - 60_000]);
  expect(await states(lab)).toEqual(['Up', 'Up', 'Up']);
});
