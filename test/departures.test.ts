import { expect, test } from 'vitest';
import { twin } from '../harness/clusters/twin/kind.ts';
import { assignmentAt } from '../harness/lab/diagnose-recording.ts';
import { createDesk } from '../src/diagnosis/desk.ts';
import { Investigation } from '../src/diagnosis/rules/investigation.ts';
import { probePlacement } from '../src/diagnosis/rules/probes/placement.ts';
import { probeStores } from '../src/diagnosis/rules/probes/stores.ts';
import { defined } from '../src/kernel/assert.ts';
import { orThrow } from '../src/kernel/result.ts';
import { subjects } from '../src/subjects/registry.ts';

test('a store that was told to leave a moment ago is not held up; one that keeps its regions is', async () => {
  const spec = { kind: 'twin', subject: 'tikv', roles: { pd: 3, tikv: 4 }, regions: 60, load: { shape: 'mixed', ratePerSecond: 100, reads: 0.6, keys: 'zipfian', valueBytes: 1_024 } } as const;
  const tikv = defined(subjects.get('tikv'), 'tikv');
  await using cluster = orThrow(await twin.start(spec, 1));
  const startMs = cluster.clock.now();
  const config = defined(cluster.controls.config, 'config control');
  const stalled = async (): Promise<readonly string[]> => {
    const assignment = await assignmentAt(cluster, tikv, { incident: { id: 'I1', openedAtMs: cluster.clock.now(), tickets: [] }, startMs });
    const investigation = new Investigation(createDesk({ ports: cluster.ports, clock: cluster.clock, assignment, subject: tikv }), assignment);
    await probeStores(investigation);
    await probePlacement(investigation);
    return investigation.findings.present('keeps-its-regions').map(({ component }) => component);
  };
  await cluster.pass(120_000);
  await config.write('schedule/region-schedule-limit', 0);
  await config.write('schedule/replica-schedule-limit', 0);
  await config.write('stores/tikv-2', 'Offline');
  await cluster.pass(20_000);
  expect(await stalled()).toEqual([]);
  await cluster.pass(150_000);
  expect(await stalled()).toEqual(['tikv-2']);
});
