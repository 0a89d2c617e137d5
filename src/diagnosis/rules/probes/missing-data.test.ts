import { describe, expect, test } from 'vitest';
import { investigationWith, type Answers } from '../fake-investigation.test-kit.ts';
import type { Investigation } from '../investigation.ts';
import type { Sign } from '../signs.ts';
import { probeNeighbours } from './neighbours.ts';
import { probePlacement } from './placement.ts';
import { probeReadPath } from './read-path.ts';
import { probeThresholds } from './thresholds.ts';

/** What a probe says of one sign; undefined: nothing. */
async function said(probe: (investigation: Investigation) => Promise<void>, [sign, component]: readonly [Sign, string], answers: Omit<Answers, 'nodes'>): Promise<boolean | undefined> {
  const investigation = investigationWith({ nodes: { pd: ['pd-1'], tikv: ['tikv-1', 'tikv-2', 'tikv-3'] }, ...answers });
  await probe(investigation);
  return investigation.findings.about(sign, component)?.present;
}

describe('what could not be read is no fact', () => {
  test('work on a machine is nobody\'s as long as the database\'s own part of it has no number', async () => {
    const host = { 'node_disk_written_bytes_total': { 'tikv-2': [2e6, 90e6] } } as const;
    expect(await said(probeNeighbours, ['disk-used-elsewhere', 'tikv-2'], { metrics: { ...host, tikv_io_bytes: { 'tikv-2': [2e6, 2e6] } } })).toBe(true);
    expect(await said(probeNeighbours, ['disk-used-elsewhere', 'tikv-2'], { metrics: { ...host, tikv_io_bytes: { 'tikv-2': [2e6, null] } } })).toBeUndefined();
    expect(await said(probeNeighbours, ['disk-used-elsewhere', 'tikv-2'], { metrics: host })).toBeUndefined();
  });

  test('stores that could not be listed do not all carry the label', async () => {
    const replicate = { '/pd/api/v1/config/replicate': { 'isolation-level': 'zone' } };
    const stores = { stores: [1, 4].map((id) => ({ store: { id, labels: [{ key: 'zone' }] } })) };
    expect(await said(probePlacement, ['isolation-unmet', 'cluster'], { controlPlane: { ...replicate, '/pd/api/v1/stores': stores } })).toBe(false);
    expect(await said(probePlacement, ['isolation-unmet', 'cluster'], { controlPlane: replicate })).toBeUndefined();
  });

  test('misses are many against a quiet time that was seen', async () => {
    expect(await said(probeReadPath, ['cache-misses', 'tikv-2'], { metrics: { tikv_engine_cache_efficiency: { 'tikv-2': [3, 400] } } })).toBe(true);
    expect(await said(probeReadPath, ['cache-misses', 'tikv-2'], { metrics: { tikv_engine_cache_efficiency: { 'tikv-2': 400 } } })).toBeUndefined();
  });
});

test('regions that were merged do not lack a leader; regions that are still there do', async () => {
  const leaders = { 'tikv_raftstore_region_count{type="leader"}': { '': [240, 120] } } as const;
  const regions = (now: number) => ({ 'pd_cluster_status{type="region_count"}': { '': [720, now] } }) as const;
  expect(await said(probeThresholds, ['regions-leaderless', 'cluster'], { metrics: { ...leaders, ...regions(360) } })).toBe(false);
  expect(await said(probeThresholds, ['regions-leaderless', 'cluster'], { metrics: { ...leaders, ...regions(720) } })).toBe(true);
  expect(await said(probeThresholds, ['regions-leaderless', 'cluster'], { metrics: leaders })).toBe(true);
});
