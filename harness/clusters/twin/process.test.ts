import { describe, expect, test } from 'vitest';
import { TestCluster } from './cluster.fixture.ts';

describe('a store that gets SIGTERM', () => {
  test('gives its leaders away first, then leaves by itself', async () => {
    const lab = await TestCluster.start();
    const sinceMs = lab.now;
    await lab.controls.process.terminate('tikv-2');
    expect(await lab.controls.process.state('tikv-2')).toBe('running');
    await lab.pass(16);
    expect(await lab.controls.process.state('tikv-2')).toBe('exited');
    const said = (await lab.log({ node: 'tikv-2', fromMs: sinceMs })).map((line) => line.message);
    expect(said[0]).toBe('receive signal 15, starting graceful shutdown...');
    expect(said).toContain('All leaders evicted, completing graceful shutdown');
    expect(said).toContain('Storage stopped.');
    expect((await lab.log({ contains: 'became pre-candidate', fromMs: sinceMs })).length).toBe(0);
  });

  test('tells PD at once that it stops, and at the end that it does no more', async () => {
    const lab = await TestCluster.start();
    const fromMs = lab.now;
    await lab.controls.process.terminate('tikv-2');
    const reportMs = Date.parse((await lab.pd<{ stores: { store: { address: string }; status: { last_heartbeat_ts: string } }[] }>('/stores')).body.stores.find(({ store }) => store.address.startsWith('tikv-2'))?.status.last_heartbeat_ts ?? '');
    expect(reportMs - fromMs).toBeGreaterThanOrEqual(0);
    await lab.pass(16);
    const said = (contains: string) => lab.log({ contains, fromMs });
    const [detected, recovered] = [await said('detected stopping store, start to evict leaders'), await said('stopping store has been recovered')];
    // An idle scheduler looks every five seconds.
    expect(detected.map(({ atMs }) => atMs - fromMs <= 5_100)).toEqual([true]);
    expect(recovered).toHaveLength(1);
  });

  test('waits twenty seconds in vain when nothing can take its leaders', async () => {
    const lab = await TestCluster.start();
    await lab.controls.config.write('schedulers/evict-stopping-store-scheduler', null);
    await lab.controls.process.terminate('tikv-2');
    await lab.pass(25);
    expect((await lab.log({ contains: 'Graceful shutdown timeout reached with 30 leaders remaining' })).length).toBe(1);
    expect(await lab.controls.process.state('tikv-2')).toBe('exited');
  });
});

describe('a paused store', () => {
  test('keeps its sockets open: scrapes last their full time, peers give up after 13 seconds, elections follow', async () => {
    const lab = await TestCluster.start();
    const pausedMs = lab.now;
    await lab.controls.process.pause('tikv-2');
    await lab.pass(12);
    expect((await lab.query('up{job="tikv"}'))['tikv-2']).toBe(0);
    expect((await lab.query('scrape_duration_seconds{job="tikv"}'))['tikv-2']).toBe(5);
    expect((await lab.log({ contains: 'connection aborted', fromMs: pausedMs })).length).toBe(0);
    await lab.pass(25);
    const aborted = (await lab.log({ contains: 'keepalive watchdog timeout', fromMs: pausedMs })).map((line) => line.atMs - pausedMs);
    expect(Math.min(...aborted)).toBeGreaterThan(13_000);
    expect(Math.max(...aborted)).toBeLessThan(17_500);
    const elected = (await lab.log({ contains: 'became leader', fromMs: pausedMs })).map((line) => line.atMs - pausedMs);
    expect(Math.min(...elected)).toBeGreaterThan(15_900);
    expect(elected.length).toBeGreaterThanOrEqual(30);
  });

  test('comes back as the same process, is Up at once, and learns that it leads no more', async () => {
    const lab = await TestCluster.start();
    const bornBefore = (await lab.query('process_start_time_seconds{job="tikv"}'))['tikv-2'];
    await lab.controls.process.pause('tikv-2');
    await lab.pass(60);
    expect((await lab.store('tikv-2')).store.state_name).toBe('Disconnected');
    await lab.controls.process.resume('tikv-2');
    await lab.controls.process.resume('tikv-2');
    await lab.pass(8);
    expect((await lab.store('tikv-2')).store.state_name).toBe('Up');
    expect((await lab.query('process_start_time_seconds{job="tikv"}'))['tikv-2']).toBe(bornBefore);
    expect((await lab.log({ node: 'tikv-2', contains: '[from_role=Leader]' })).length).toBe(30);
    expect((await lab.log({ node: 'tikv-2', contains: 'async write too slow' })).length).toBe(1);
  });
});

describe('processes of a twin', () => {
  test('start and die once however often they are told', async () => {
    const lab = await TestCluster.start();
    await lab.controls.process.start('tikv-1');
    await lab.controls.process.kill('tikv-1');
    await lab.controls.process.kill('tikv-1');
    await lab.controls.process.start('tikv-1');
    await lab.controls.process.start('tikv-1');
    await lab.pass(10);
    expect((await lab.log({ contains: 'Welcome to TiKV' })).length).toBe(1);
    expect(await lab.controls.process.state('tikv-1')).toBe('running');
  });

  test('of an unknown name are refused with the names that exist', async () => {
    const lab = await TestCluster.start();
    await expect(lab.controls.process.kill('tikv-9')).rejects.toMatchObject({ failure: { code: 'LAB_NODE_UNKNOWN', advice: expect.stringContaining('tikv-3') } });
  });
});
