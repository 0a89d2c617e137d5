import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from './cluster.fixture.ts';

const leaderOf = async (lab: TestCluster) => (await lab.pd<{ name: string }>('/leader')).body.name;
const stateOf = async (lab: TestCluster) => (await lab.store('tikv-1')).store.state_name;

describe('stores that know one member of PD only', () => {
  test('are lost when another one takes over', async () => {
    const lab = await TestCluster.start(1, { ...smallSpec, storesKnow: 'leader' });
    expect(await stateOf(lab)).toBe('Up');
    await lab.controls.process.kill(await leaderOf(lab));
    await lab.pass(60);
    expect(await stateOf(lab)).toBe('Disconnected');
  });

  test('are back when theirs leads again', async () => {
    const lab = await TestCluster.start(1, { ...smallSpec, storesKnow: 'leader' });
    const known = await leaderOf(lab);
    const others = ['pd-1', 'pd-2', 'pd-3'].filter((name) => name !== known);
    for (const other of others) await lab.controls.process.kill(other);
    await lab.pass(30);
    for (const other of others) await lab.controls.process.start(other);
    await lab.pass(40);
    expect(await leaderOf(lab)).toBe(known);
    expect(await stateOf(lab)).toBe('Up');
  });

  test('are lost from the beginning where another one leads', async () => {
    const lab = await TestCluster.start(1, { ...smallSpec, storesKnow: 'follower' });
    expect(await stateOf(lab)).toBe('Disconnected');
  });
});
