import { expect, test } from 'vitest';
import { investigationWith } from '../fake-investigation.test-kit.ts';
import { probeCapacity } from './capacity.ts';

test('a store that finds its network slow does not call its disk slow', async () => {
  // Without a choice of types the larger of the two scores is shown.
  const metrics = { 'tikv_raftstore_slow_score{type!="network"}': { 'tikv-1': [1, 1], 'tikv-2': [1, 100] }, 'tikv_raftstore_slow_score)': { 'tikv-1': [1, 100], 'tikv-2': [1, 100] } } as const;
  const investigation = investigationWith({ nodes: { tikv: ['tikv-1', 'tikv-2'] }, metrics });
  await probeCapacity(investigation);
  expect(investigation.findings.present('slow-score-high').map(({ component }) => component)).toEqual(['tikv-2']);
});
