import { expect, test } from 'vitest';
import type { RunningCluster } from '../harness/clusters/contract.ts';
import { twin } from '../harness/clusters/twin/kind.ts';
import { queryInstant } from '../harness/telemetry/promql/engine.ts';
import { MetricStore } from '../harness/telemetry/store.ts';
import { clockOffsets } from '../src/diagnosis/rules/probes/clocks.ts';
import { defined } from '../src/kernel/assert.ts';
import { orThrow } from '../src/kernel/result.ts';
import { observe } from '../src/subjects/tikv/observe.ts';
import { clockOffset } from '../src/subjects/tikv/signals.ts';
import { tikv } from '../src/subjects/tikv/subject.ts';

async function started(): Promise<RunningCluster> {
  const cluster = orThrow(await twin.start({ kind: 'twin', subject: 'tikv', roles: { pd: 3, tikv: 3 }, regions: 30, load: { shape: 'mixed', ratePerSecond: 100, reads: 0.6, keys: 'zipfian', valueBytes: 1_024 } }, 1));
  await cluster.pass(30_000);
  return cluster;
}

const blamed = async ({ ports, clock }: RunningCluster): Promise<string[]> => {
  const observation = await observe(ports, clock);
  return defined(tikv.invariants.find(({ name }) => name === 'clocks-differ'), 'the invariant').violations(observation).map(({ component, detail }) => `${component} ${detail}`);
};

test('a monitoring whose clock is wrong blames no machine, and one machine among others is still found', async () => {
  await using cluster = await started();
  const { step } = defined(cluster.controls.clock, 'clock control');
  for (const { id } of cluster.nodes()) await step(id, 30_000);
  await cluster.pass(20_000);
  expect(await blamed(cluster)).toEqual([]);
  await step('tikv-2', 0);
  await cluster.pass(20_000);
  expect(await blamed(cluster)).toEqual([expect.stringMatching(/^tikv-2 .* 30 s behind/)]);
});

test('the rules measure clocks as the monitor does', () => expect(clockOffsets).toBe(clockOffset));

test('two machines that are left of three are not held against a monitoring whose clock is wrong', () => {
  const store = new MetricStore();
  for (const instance of ['a:9100', 'b:9100', 'c:9100']) {
    const target = store.target('node', instance);
    const ref = target.series('node_time_seconds', {});
    for (let atMs = 0; atMs <= 600_000; atMs += 15_000) {
      target.begin(atMs);
      const up = instance !== 'c:9100' || atMs < 540_000;
      if (up) target.set(ref, atMs / 1_000 + 30);
      target.end({ up, durationSeconds: 0.01 });
    }
  }
  const answer = queryInstant(store, clockOffset, { atMs: 600_000 });
  expect('series' in answer && answer.series.map(({ points }) => points.map(({ value }) => value))).toEqual([[0], [0]]);
});
