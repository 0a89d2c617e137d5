import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compose } from '../../harness/clusters/compose/kind.ts';
import type { ClusterSpec, RunningCluster } from '../../harness/clusters/contract.ts';
import { readBundle } from '../../harness/history/bundle-reader.ts';
import { eventsOf } from '../../harness/history/events.ts';
import { orThrow } from '../../src/kernel/result.ts';
import { Bench, noDocker } from './docker.test-kit.ts';

const spec: ClusterSpec = { kind: 'compose', subject: 'etcd', roles: { member: 3 }, regions: 0, load: { shape: 'mixed', ratePerSecond: 50, reads: 0.5, keys: 'uniform', valueBytes: 128 } };

/** The values of a query, by the instance that each is of. */
async function byInstance(cluster: RunningCluster, promql: string): Promise<Record<string, number>> {
  const samples = orThrow(await cluster.ports.metrics.query(promql));
  return Object.fromEntries(samples.map(({ labels, value }) => [labels['instance'] ?? '', value]));
}

interface Shown {
  readonly kind: string;
  readonly tool: string;
  readonly args: unknown;
  readonly content: unknown;
}

/** What the metrics' tools answered in a diagnosis. */
function answersIn(dir: string): readonly Shown[] {
  const lines = readFileSync(join(dir, 'transcript.jsonl'), 'utf8').split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Shown).filter(({ kind, tool }) => kind === 'observation' && /^(compare_nodes|.*quer.*|.*metric.*)$/.test(tool)).map(({ kind, tool, args, content }) => ({ kind, tool, args, content }));
}

describe.skipIf(noDocker !== undefined)(`etcd in containers${noDocker === undefined ? '' : ` (${noDocker})`}`, () => {
  test('a killed leader is witnessed, diagnosed and started again; the recording says what its Prometheus said, and nothing is left', async () => {
    using bench = new Bench();
    const before = bench.traces();
    const { code, stdout, stderr } = await bench.lab(['run', 'etcd/leader-killed', '--cluster', 'compose', '--diagnostician', 'rules', '--out', bench.bundle('out')]);
    expect(bench.traces()).toEqual(before);
    const { run, history, answer } = orThrow(readBundle(bench.bundle('out')));
    expect(run.state, run.because).toBe('scored');
    const [victim = ''] = answer?.faults[0]?.struck ?? [];
    expect(eventsOf(history, 'fault-witnessed')).toMatchObject([{ bites: true, measured: `process of ${victim} is exited` }]);
    expect(code, `${stdout}\n${stderr}`).toBe(0);

    expect((await bench.lab(['rediagnose', bench.bundle('out'), '--diagnostician', 'rules', '--out', bench.bundle('again')])).stderr).toBe('');
    const [first, again] = [answersIn(bench.bundle('out')), answersIn(bench.bundle('again'))];
    expect(first.length).toBeGreaterThan(0);
    expect(again).toEqual(first);
  });

  test('two clusters at once have networks, ports, disks and nodes of their own', async () => {
    using bench = new Bench();
    Object.assign(process.env, { LAB_STATE_DIR: bench.env['LAB_STATE_DIR'] });
    const before = bench.traces();
    const [one, other] = (await Promise.all([compose.start(spec, 1), compose.start(spec, 2)])).map((started) => orThrow(started)) as [RunningCluster, RunningCluster];
    try {
      expect(Object.values(one.endpoints).filter(({ host }) => Object.values(other.endpoints).some((url) => url.host === host))).toEqual([]);
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
