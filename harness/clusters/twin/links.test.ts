import { describe, expect, test } from 'vitest';
import { TestCluster } from './cluster.fixture.ts';

const p99 = (family: string, matcher = '') => `histogram_quantile(0.99, sum by (instance, le) (rate(${family}_bucket${matcher}[30s])))`;
const commit = p99('tikv_raftstore_commit_log_duration_seconds');
const append = p99('tikv_raftstore_append_log_duration_seconds');

describe('a store whose packets are late', () => {
  test('commits late and appends in time, and only what it leads suffers', async () => {
    const lab = await TestCluster.start(1);
    const before = await lab.query(append);
    await lab.controls.links.impair('tikv-2', { delayMs: 200 });
    await lab.pass(60);
    const [commits, appends] = [await lab.query(commit), await lab.query(append)];
    expect(commits['tikv-2']).toBeGreaterThan(0.2);
    expect(commits['tikv-2']).toBeLessThan(0.5);
    expect(commits['tikv-1']).toBeLessThan(0.05);
    expect(appends['tikv-2']).toBeLessThan(2 * (before['tikv-2'] as number));
    expect((await lab.store('tikv-2')).status.leader_count).toBeGreaterThan(20);
  });

  test('is probed as slow by the others, whose probes of each other leave no sample', async () => {
    const lab = await TestCluster.start(1);
    await lab.controls.links.impair('tikv-2', { delayMs: 200 });
    await lab.pass(30);
    const slow = await lab.query('sum by (instance) (tikv_raftstore_inspect_network_duration_seconds_count)');
    const target = (await lab.store('tikv-2')).store.id;
    expect(Object.keys(slow).sort()).toEqual(['tikv-1', 'tikv-2', 'tikv-3']);
    const others = await lab.query(`sum by (instance) (tikv_raftstore_inspect_network_duration_seconds_count{instance!~"tikv-2.*", target!="${target}"})`);
    expect(others).toEqual({});
  });

  test('is as quick as before when the delay is gone', async () => {
    const lab = await TestCluster.start(1);
    await lab.controls.links.impair('tikv-2', { delayMs: 200 });
    await lab.pass(30);
    await lab.controls.links.restore('tikv-2');
    await lab.controls.links.restore('tikv-2');
    await lab.pass(45);
    expect((await lab.query(commit))['tikv-2']).toBeLessThan(0.05);
  });
});

describe('a store that loses packets', () => {
  test('loses the connections that it sends on, has each back within seconds, and stays up with its leaders', async () => {
    const lab = await TestCluster.start(1);
    const sinceMs = lab.now;
    const led = (await lab.store('tikv-2')).status.leader_count;
    await lab.controls.links.impair('tikv-2', { lossShare: 0.25 });
    await lab.pass(120);
    const ended = await lab.log({ contains: 'connection aborted', fromMs: sinceMs });
    const back = await lab.log({ contains: 'connection established', fromMs: sinceMs });
    // Of what the others send only acknowledgements are lost, and the next one covers for them.
    expect([...new Set([...ended, ...back].map(({ node }) => node))]).toEqual(['tikv-2']);
    expect([ended.length > 10, back.length > 10]).toEqual([true, true]);
    const { store, status } = await lab.store('tikv-2');
    expect([store.state_name, status.leader_count]).toEqual(['Up', led]);
    expect(await lab.log({ contains: 'stepped down', fromMs: sinceMs })).toEqual([]);
    expect((await lab.query(commit))['tikv-2']).toBeGreaterThan(0.15);
    expect((await lab.query('up{job="tikv"}'))['tikv-2']).toBe(1);
  });

  test('is dialled again at once, so that nobody who hears it now and then campaigns', async () => {
    const lab = await TestCluster.start(1);
    const sinceMs = lab.now;
    await lab.controls.links.impair('tikv-2', { lossShare: 0.25 });
    await lab.pass(120);
    const waits = (await lab.log({ contains: 'connection established', fromMs: sinceMs })).map(({ raw }) => raw).filter((raw) => / \[cost=\d+(\.\d+)?ms\]/.test(raw));
    expect(waits.length).toBeGreaterThan(3);
    expect(await lab.log({ contains: 'starting a new election', fromMs: sinceMs })).toEqual([]);
  });

  test('of a hundredth keeps its connections', async () => {
    const lab = await TestCluster.start(1);
    await lab.controls.links.impair('tikv-2', { lossShare: 0.01 });
    await lab.pass(120);
    expect((await lab.log({ node: 'tikv-1' })).map((line) => line.message)).not.toContain('connection aborted');
  });
});

describe('a store of whose packets some are late', () => {
  test('commits late what these carry and the rest as ever, appends in time, and keeps its connections', async () => {
    const lab = await TestCluster.start(1);
    const sinceMs = lab.now;
    await lab.controls.grayLink.impair('tikv-2', { delayMs: 150, share: 0.1 });
    await lab.pass(60);
    const [commits, appends] = [await lab.query(commit), await lab.query(append)];
    expect(commits['tikv-2']).toBeGreaterThan(0.14);
    expect(commits['tikv-1']).toBeLessThan(0.05);
    expect(appends['tikv-2']).toBeLessThan(0.05);
    expect((await lab.query(commit.replace('0.99', '0.5')))['tikv-2']).toBeLessThan(0.02);
    expect(await lab.log({ contains: 'connection abort', fromMs: sinceMs })).toEqual([]);
    await lab.controls.grayLink.restore('tikv-2');
    await lab.pass(40);
    expect((await lab.query(commit))['tikv-2']).toBeLessThan(0.05);
  });
});
