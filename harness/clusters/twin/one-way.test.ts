import { describe, expect, test } from 'vitest';
import { defined } from '../../../src/kernel/assert.ts';
import type { DialDirection } from '../contract.ts';
import { TestCluster } from './cluster.fixture.ts';

async function blocked(direction: DialDirection, seconds: number) {
  const lab = await TestCluster.start();
  const [sinceMs, led] = [lab.now, (await lab.store('tikv-2')).status.leader_count];
  await lab.controls.firewall.block('tikv-2', direction);
  await lab.pass(seconds);
  /** Who wrote it, with the seconds at which. */
  const wrote = async (message: string) => (await lab.log({ contains: message, fromMs: sinceMs })).map(({ node, atMs }) => ({ node, at: (atMs - sinceMs) / 1000 }));
  return { lab, led, wrote };
}

const writers = (lines: readonly { readonly node: string }[]): string[] => [...new Set(lines.map(({ node }) => node))].sort();

describe('a store that nobody hears', () => {
  test('is replaced within an election timeout by stores that never report it, hears of it, and counts as behind', async () => {
    const { lab, led, wrote } = await blocked('outgoing', 60);
    expect(writers(await wrote('broadcasting unreachable'))).toEqual(['tikv-2']);
    const elected = (await wrote('became leader at')).filter(({ node }) => node !== 'tikv-2');
    expect(elected.length).toBeGreaterThan(0.8 * led);
    expect(Math.max(...elected.map(({ at }) => at))).toBeLessThan(25);
    expect((await wrote('became follower at')).filter(({ node }) => node === 'tikv-2').length).toBeGreaterThan(0.8 * led);
    expect((await lab.query('rate(tikv_raftstore_raft_sent_message_total{status="accept",type="prevote"}[30s])'))['tikv-2'] ?? 0).toBe(0);
    expect([(await lab.store('tikv-2')).store.state_name, (await lab.pendingRegions()) > 0.8 * led]).toEqual(['Up', true]);
    // It gets the entries and syncs them: what is lost is its answer.
    expect((await lab.query('rate(raft_engine_sync_log_duration_seconds_count[30s])'))['tikv-2']).toBeGreaterThan(1);
  });

  test('is as before within seconds after the rule is gone', async () => {
    const { lab } = await blocked('outgoing', 60);
    await lab.controls.firewall.open('tikv-2');
    await lab.pass(30);
    expect(await lab.pendingRegions()).toBe(0);
    expect((await lab.store('tikv-2')).status.leader_count).toBeGreaterThan(15);
  });
});

describe('a store that hears nobody', () => {
  test('keeps its followers quiet until it steps down, so that its regions are without a leader for longer than after a kill', async () => {
    const { lab, led, wrote } = await blocked('incoming', 60);
    expect(writers(await wrote('broadcasting unreachable'))).toEqual(['tikv-1', 'tikv-3']);
    const steppedDown = (await wrote('stepped down to follower since quorum is not active')).map(({ at }) => at);
    expect([steppedDown.length > 0.8 * led, Math.min(...steppedDown) >= 10, Math.max(...steppedDown) <= 21]).toEqual([true, true, true]);
    const elected = (await wrote('became leader at')).map(({ at }) => at);
    expect([Math.min(...elected) > 18, Math.max(...elected) < 45]).toEqual([true, true]);
    expect(writers(await wrote('became leader at'))).toEqual(['tikv-1', 'tikv-3']);
    expect(writers(await wrote('ignored vote from'))).not.toContain('tikv-2');
    expect((await lab.query('rate(tikv_raftstore_raft_sent_message_total{status="accept",type="prevote"}[30s])'))['tikv-2']).toBeGreaterThan(1);
    expect((await lab.store('tikv-2')).store.state_name).toBe('Up');
  });

  test('is as before within seconds after the rule is gone', async () => {
    const { lab } = await blocked('incoming', 70);
    await lab.controls.firewall.open('tikv-2');
    await lab.pass(30);
    expect(await lab.pendingRegions()).toBe(0);
    expect(defined((await lab.store('tikv-2')).status.leader_count, 'a count')).toBeGreaterThan(15);
  });
});

test('packets that are dropped in one direction end connections in both, since nothing is acknowledged', async () => {
  const lab = await TestCluster.start();
  const fromMs = lab.now;
  await lab.controls.network.cut('tikv-2', ['peers'], 'incoming');
  await lab.pass(10);
  expect(writers(await lab.log({ contains: 'connection aborted', fromMs }))).toEqual(['tikv-1', 'tikv-2', 'tikv-3']);
});
