import { expect, test } from 'vitest';
import type { RunningCluster } from '../harness/clusters/contract.ts';
import { twin } from '../harness/clusters/twin/kind.ts';
import { defined } from '../src/kernel/assert.ts';
import { orThrow } from '../src/kernel/result.ts';
import { observe } from '../src/subjects/tikv/observe.ts';
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
