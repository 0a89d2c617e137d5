import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { compose } from '../../harness/clusters/compose/kind.ts';
import type { ClusterSpec, RunningCluster } from '../../harness/clusters/contract.ts';
import { orThrow } from '../../src/kernel/result.ts';
import { wallClock } from '../../src/kernel/wall-clock.ts';
import { tikv } from '../../src/subjects/tikv/subject.ts';
import { Bench, noDocker } from './docker.test-kit.ts';

const why = noDocker ?? (process.env['LAB_IMAGE_TIKV'] ? undefined : 'LAB_IMAGE_TIKV is not set: see test/docker/build-images.sh');
const spec: ClusterSpec = { kind: 'compose', subject: 'tikv', roles: { pd: 3, tikv: 3 }, regions: 0, load: { shape: 'idle', ratePerSecond: 0, reads: 0, keys: 'uniform', valueBytes: 0 } };
const operatorImage = 'operator-lab/operator:test';
const docker = (...args: string[]): string => execFileSync('docker', args, { encoding: 'utf8' }).trim();

/** When a service's container was started. */
const startedAt = (run: string, service: string): string =>
  docker('inspect', '--format', '{{.State.StartedAt}}', docker('ps', '--all', '--quiet', '--filter', `label=io.operator-lab.run=${run}`, '--filter', `label=com.docker.compose.service=${service}`));

/** Looks until the operator's invariant is violated for a node; the run's time limit is the limit. */
async function violated(cluster: RunningCluster, invariant: string): Promise<readonly string[]> {
  for (;;) {
    const observation = await tikv.observe(cluster.ports, cluster.clock);
    const found = tikv.invariants.find(({ name }) => name === invariant)?.violations(observation) ?? [];
    if (found.length > 0) return found.map(({ component }) => component);
    await wallClock.sleep(1_000);
  }
}

describe.skipIf(why !== undefined)(`TiKV’s containers, with stand-ins for its programs${why === undefined ? '' : ` (${why})`}`, () => {
  test('start in order, are seen whole, are broken and healed, and leave nothing', async () => {
    using bench = new Bench();
    Object.assign(process.env, { LAB_STATE_DIR: bench.env['LAB_STATE_DIR'] });
    const before = bench.traces();
    const cluster = orThrow(await compose.start(spec, 1));
    try {
      const run = docker('ps', '--filter', 'label=com.docker.compose.service=tikv-1', '--format', '{{.Label "io.operator-lab.run"}}');
      const started = ['pd-1', 'tikv-1', 'prometheus', 'grafana'].map((service) => startedAt(run, service));
      expect(started).toEqual(started.toSorted());
      expect(docker('ps', '--all', '--filter', `label=io.operator-lab.run=${run}`, '--format', '{{.Label "com.docker.compose.service"}}')).not.toMatch(/ycsb|operator/);

      const observation = await tikv.observe(cluster.ports, cluster.clock);
      expect(observation.topology.nodes.map(({ id }) => id).toSorted()).toEqual(expect.arrayContaining(['pd-1', 'pd-2', 'pd-3']));
      expect(cluster.nodes().filter(({ leads }) => leads).map(({ id }) => id)).toEqual(['pd-1']);
      await cluster.pass(8_000);
      expect(orThrow(await cluster.ports.metrics.query('count by (job) (up == 1)')).map(({ labels, value }) => [labels['job'], value]).toSorted()).toEqual([['pd', 3], ['tikv', 3]]);

      const { process: programs, disk, network } = cluster.controls;
      await programs?.kill('tikv-2');
      expect(await violated(cluster, 'store-down')).toEqual([expect.stringContaining('tikv-2')]);
      await programs?.start('tikv-2');

      await programs?.kill('pd-1');
      await cluster.pass(6_000);
      expect(cluster.nodes().filter(({ leads }) => leads).map(({ id }) => id)).toEqual(['pd-2']);
      await programs?.start('pd-1');

      const quickMs = (await disk?.probeWriteMs('tikv-3')) ?? Infinity;
      await disk?.slow('tikv-3', { addedLatencyMs: 100 });
      expect(await disk?.probeWriteMs('tikv-3')).toBeGreaterThan(quickMs + 50);
      await disk?.restore('tikv-3');

      await network?.cut('tikv-1', ['control-plane'], 'outgoing');
      expect(await network?.probeLost('tikv-1')).toEqual(['control-plane']);
      await network?.heal('tikv-1');
      expect(await network?.probeLost('tikv-1')).toEqual([]);
      expect(orThrow(await cluster.ports.logs.search({ node: 'tikv-2', contains: 'Welcome to TiKV' })).matched).toBe(2);
    } finally {
      await cluster[Symbol.asyncDispose]();
    }
    expect(bench.traces()).toEqual(before);
  });

  test('by hand: load and the operator’s monitor come when they are asked for, beside a cluster of another name', async () => {
    using bench = new Bench();
    const before = bench.traces();
    const file = fileURLToPath(new URL('../../compose/tikv/compose.yaml', import.meta.url));
    const project = (...args: string[]) => execa('docker', ['compose', '--file', file, '--project-name', 'by-hand', '--profile', '*', ...args], { reject: false, all: true, env: { LAB_IMAGE_OPERATOR: operatorImage } });
    try {
      await execa('docker', ['build', '--network', 'host', '--tag', operatorImage, '--build-arg', `LAB_IMAGE_NODE=${process.env['LAB_IMAGE_NODE']}`, '--file', 'compose/operator/Dockerfile', '.'], { cwd: fileURLToPath(new URL('../../', import.meta.url)), env: { DOCKER_BUILDKIT: '0' } });
      const load = await project('up', 'ycsb-run');
      expect(load.all).toMatch(/ycsb-run-1 .*Run finished/);
      expect((await project('up', '--detach', '--wait', 'operator')).exitCode).toBe(0);
      await project('kill', 'tikv-2');
      let said = '';
      while (!said.includes('store-down:tikv-2')) {
        await wallClock.sleep(2_000);
        said = String((await project('logs', 'operator')).stdout);
      }
      expect(said).toMatch(/opened +critical +store-down:tikv-2:20160/);
    } finally {
      await project('down', '--volumes', '--timeout', '1');
    }
    expect(bench.traces()).toEqual(before);
  });
});
