import { expect, test } from 'vitest';
import { TestCluster } from '../cluster.fixture.ts';

const messagesOf = async (lab: TestCluster, node: string, fromMs: number): Promise<string[]> => (await lab.log({ node, fromMs })).map(({ message }) => message);

test('a store that is cut off from PD loses its streams after three seconds, and finds PD two seconds after the link is back', async () => {
  const lab = await TestCluster.start();
  const cutMs = lab.now;
  await lab.controls.network.cut('tikv-2', ['control-plane']);
  await lab.pass(3);
  expect(await messagesOf(lab, 'tikv-2', cutMs)).not.toContain('TSO worker terminated');
  await lab.pass(60);
  const said = await messagesOf(lab, 'tikv-2', cutMs);
  expect(said).toEqual(expect.arrayContaining(['TSO worker terminated', 'reconnect failed', 'failed to get safe point from pd', 'backup stream meet error', 'start watching the task changes.']));
  // Recorded: about one a second.
  const reports = said.filter((message) => message === 'report min resolved_ts failed').length;
  expect([reports > 50, reports < 70]).toEqual([true, true]);
  expect(await messagesOf(lab, 'tikv-1', cutMs)).not.toContain('report min resolved_ts failed');
  const healMs = lab.now;
  await lab.controls.network.heal('tikv-2');
  await lab.pass(30);
  const back = await lab.log({ node: 'tikv-2', fromMs: healMs, contains: 'connected to PD member' });
  expect(back.map(({ atMs }) => atMs - healMs <= 4_000)).toEqual([true]);
  expect((await messagesOf(lab, 'tikv-2', healMs + 10_000)).filter((message) => /failed|PD/.test(message))).toEqual([]);
});

test('a link that is cut again and again is told of once per cut', async () => {
  const lab = await TestCluster.start();
  const fromMs = lab.now;
  for (let turn = 0; turn < 4; turn++) {
    await lab.controls.network.cut('tikv-2', ['control-plane']);
    await lab.pass(8);
    await lab.controls.network.heal('tikv-2');
    await lab.pass(7);
  }
  expect((await messagesOf(lab, 'tikv-2', fromMs)).filter((message) => message === 'TSO worker terminated')).toHaveLength(4);
});

test('stores whose leader of PD is paused keep their streams, are late with all that they ask within seconds, and find the next leader', async () => {
  const lab = await TestCluster.start();
  const pausedMs = lab.now;
  await lab.controls.process.pause('pd-1');
  await lab.pass(4);
  const soon = await lab.log({ node: 'tikv-1', fromMs: pausedMs });
  expect(soon.map(({ message }) => message)).toEqual(expect.arrayContaining(['report min resolved_ts failed', 'connect failed', 'request failed, retry']));
  expect(soon.filter(({ message }) => message === 'request failed, retry').every(({ raw }) => raw.includes('DEADLINE_EXCEEDED'))).toBe(true);
  await lab.pass(26);
  const said = await messagesOf(lab, 'tikv-1', pausedMs);
  expect([said.includes('TSO worker terminated'), said.includes('connected to PD member')]).toEqual([false, true]);
  expect(await messagesOf(lab, 'tikv-1', pausedMs + 20_000)).not.toContain('request failed, retry');
  // One heartbeat of each store was due before the next leader served.
  expect(new Set((await lab.log({ contains: 'store heartbeat failed', fromMs: pausedMs })).map(({ node }) => node))).toEqual(new Set(['tikv-1', 'tikv-2', 'tikv-3']));
});
