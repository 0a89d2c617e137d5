import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compose } from '../../harness/clusters/compose/kind.ts';
import type { ClusterSpec, RunningCluster } from '../../harness/clusters/contract.ts';
import { readBundle } from '../../harness/history/bundle-reader.ts';
import { eventsOf } from '../../harness/history/events.ts';
import { orThrow } from '../../src/kernel/result.ts';
import { Bench, noDocker, shortScenario } from './docker.test-kit.ts';

const spec: ClusterSpec = { kind: 'compose', subject: 'etcd', roles: { member: 3 }, regions: 0, load: { shape: 'mixed', ratePerSecond: 50, reads: 0.5, keys: 'uniform', valueBytes: 128 } };

/** The values of a query, by the instance that each is of. */
async function byInstance(cluster: RunningCluster, promql: string): Promise<Record<string, number>> {
  const samples = orThrow(await cluster.ports.metrics.query(promql));
  return Object.fromEntries(samples.map(({ labels, value }) => [labels['instance'] ?? '', value]));
}

describe.skipIf(noDocker !== undefined)(`etcd in containers${noDocker === undefined ? '' : ` (${noDocker})`}`, () => {
  test('a killed leader is witnessed, diagnosed to a verdict and started again, and nothing is left', async () => {
    using bench = new Bench();
    const before = bench.traces();
    const { code, stderr } = await bench.lab([...bench.scenario('short', shortScenario('30s', '70s')), '--out', bench.bundle('out')]);
    expect([0, 1], stderr).toContain(code);
    const { run, history, answer } = orThrow(readBundle(bench.bundle('out')));
    expect(run.state, run.because).toBe('scored');
    const [victim = ''] = answer?.faults[0]?.struck ?? [];
    expect(eventsOf(history, 'fault-witnessed')).toMatchObject([{ bites: true, measured: `process of ${victim} is exited` }]);
    expect(eventsOf(history, 'ticket-opened').some(({ ticket }) => ticket.key === `member-down:${victim}`)).toBe(true);
    expect(bench.traces()).toEqual(before);
  });

  test('a recording of it says what its Prometheus said', async () => {
    using bench = new Bench();
    const { code } = await bench.lab([...bench.scenario('short', shortScenario('20s', '40s')), '--out', bench.bundle('out'), '--quiet']);
    expect([0, 1]).toContain(code);
    await bench.lab(['rediagnose', bench.bundle('out'), '--diagnostician', 'rules', '--out', bench.bundle('again'), '--quiet']);
    const shown = (dir: string): readonly { tool: string; args: unknown; content: unknown }[] =>
      readFileSync(join(dir, 'transcript.jsonl'), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { kind: string; tool: string; args: unknown; content: unknown }).filter(({ kind, tool }) => kind === 'observation' && /metric|promql|query/.test(tool));
    const [first, again] = [shown(bench.bundle('out')), shown(bench.bundle('again'))];
    expect(first.length).toBeGreaterThan(3);
    expect(again).toEqual(first);
  });

  test('two clusters at once have networks, ports, disks and nodes of their own', async () => {
    using bench = new Bench();
    Object.assign(process.env, { LAB_STATE_DIR: bench.env['LAB_STATE_DIR'] });
    const before = bench.traces();
    const [one, other] = (await Promise.all([compose.start(spec, 1), compose.start(spec, 2)])).map((started) => orThrow(started)) as [RunningCluster, RunningCluster];
    try {
      expect(Object.values(one.endpoints).map(({ port }) => port).filter((port) => Object.values(other.endpoints).some((url) => url.port === port))).toEqual([]);
      await one.controls.process?.kill('etcd-1');
      await one.controls.space?.fill('etcd-2', 0.05);
      await one.controls.network?.cut('etcd-3', ['clients']);
      await one.pass(12_000);
      expect(await byInstance(one, 'up')).toEqual({ 'etcd-1:2379': 0, 'etcd-2:2379': 1, 'etcd-3:2379': 1 });
      expect(await byInstance(other, 'up')).toEqual({ 'etcd-1:2379': 1, 'etcd-2:2379': 1, 'etcd-3:2379': 1 });
      expect(await other.controls.process?.state('etcd-1')).toBe('running');
      expect(await other.controls.space?.probeFreeShare('etcd-2') ?? 1).toBeGreaterThan(0.5);
      expect(await other.controls.network?.probeLost('etcd-3')).toEqual([]);
      await one[Symbol.asyncDispose]();
      expect(await byInstance(other, 'up')).toEqual({ 'etcd-1:2379': 1, 'etcd-2:2379': 1, 'etcd-3:2379': 1 });
    } finally {
      await one[Symbol.asyncDispose]();
      await other[Symbol.asyncDispose]();
    }
    expect(bench.traces()).toEqual(before);
  });
});
