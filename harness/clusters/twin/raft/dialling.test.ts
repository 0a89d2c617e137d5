import { expect, test } from 'vitest';
import { TestCluster } from '../cluster.fixture.ts';

const subchannels = async (lab: TestCluster, node: string, why: string): Promise<number> => (await lab.log({ node, contains: 'subchannel' })).filter(({ raw }) => raw.includes(why)).length;

test('whoever dials a dead store is refused each five seconds, a paused one answers with its kernel only, and a cut link not at all', async () => {
  const labs = [await TestCluster.start(), await TestCluster.start(), await TestCluster.start()] as const;
  await labs[0].controls.process.kill('tikv-2');
  await labs[1].controls.process.pause('tikv-2');
  await labs[2].controls.network.cut('tikv-2', ['control-plane', 'peers', 'clients']);
  for (const lab of labs) await lab.pass(60);
  const [refused, mute, lost] = [await subchannels(labs[0], 'tikv-1', 'Connection refused'), await subchannels(labs[1], 'tikv-1', 'SETTINGS frame'), await subchannels(labs[2], 'tikv-1', 'Connection timed out')];
  // Recorded: every five seconds, every twenty, every three.
  expect([refused, mute, lost > 8]).toEqual([11, 2, true]);
  expect(await labs[1].log({ node: 'tikv-1', contains: 'Keepalive watchdog fired' })).toHaveLength(1);
});

test('a store without PD cannot say where the others are', async () => {
  const lab = await TestCluster.start();
  const fromMs = lab.now;
  await lab.controls.network.cut('tikv-2', ['control-plane', 'peers', 'clients']);
  await lab.pass(60);
  expect(await lab.log({ node: 'tikv-2', fromMs, contains: 'resolve store address ok' })).toEqual([]);
  expect((await lab.log({ node: 'tikv-2', fromMs, contains: 'resolve store address failed' })).length).toBeGreaterThan(1);
  await lab.controls.network.heal('tikv-2');
  await lab.pass(20);
  expect((await lab.log({ node: 'tikv-2', fromMs, contains: 'server: new connection with tikv endpoint' })).length).toBeGreaterThan(1);
});
