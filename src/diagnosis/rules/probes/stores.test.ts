import { expect, test } from 'vitest';
import { emptyAssignment } from '../../fake-desk.test-kit.ts';
import { investigationWith } from '../fake-investigation.test-kit.ts';
import { probePlacement } from './placement.ts';
import { probeStores } from './stores.ts';

interface Store { readonly leaders: number; readonly weight?: number; readonly tiflash?: true }

/** What is said to be spread unevenly, or too close together, over these stores. */
async function uneven(...stores: readonly Store[]): Promise<readonly string[]> {
  const rows = stores.map(({ leaders, weight = 1, tiflash }, at) => ({
    store: { id: at + 1, address: `tikv-${at + 1}`, state_name: 'Up', labels: [tiflash ? { key: 'engine', value: 'tiflash' } : { key: 'zone', value: 'a' }] },
    status: { leader_count: leaders, leader_weight: weight, region_count: 100, region_weight: 1 },
  }));
  const controlPlane = { '/pd/api/v1/stores': { stores: rows }, '/pd/api/v1/config/replicate': { 'isolation-level': 'zone' } };
  const investigation = investigationWith({ nodes: { pd: ['pd-1'], tikv: ['tikv-1', 'tikv-2', 'tikv-3', 'tikv-4', 'tikv-5'] }, controlPlane });
  await probeStores(investigation);
  await probePlacement(investigation);
  return (['leader-gap', 'region-gap', 'isolation-unmet'] as const).filter((sign) => investigation.findings.has(sign, 'cluster'));
}

test('leaders are uneven by what each store is meant to have', async () => {
  expect(await uneven({ leaders: 40 }, { leaders: 40 }, { leaders: 10 })).toEqual(['leader-gap']);
  expect(await uneven({ leaders: 40 }, { leaders: 40 }, { leaders: 10, weight: 0.25 })).toEqual([]);
  expect(await uneven({ leaders: 45 }, { leaders: 45 }, { leaders: 0, weight: 0 })).toEqual([]);
  expect(await uneven({ leaders: 30 }, { leaders: 30 }, { leaders: 30, weight: 3 })).toEqual(['leader-gap']);
});

test('TiFlash neither leads nor carries the labels of stores', async () => {
  expect(await uneven({ leaders: 40 }, { leaders: 40 }, { leaders: 40 }, { leaders: 0, tiflash: true }, { leaders: 0, tiflash: true })).toEqual([]);
});

test('a young store that gets regions minute by minute is being filled, one that gets none is only empty', async () => {
  const signsAt = async (gained: number, startedHoursAgo?: number) => {
    const rows = [100, 100, 100, 20].map((regions, at) => ({ store: { id: at + 1, address: `tikv-${at + 1}`, state_name: 'Up', labels: [] }, status: { region_count: regions } }));
    const started: Record<string, Record<string, number>> = startedHoursAgo === undefined ? {} : { 'process_start_time_seconds{job="tikv"}': { 'tikv-4': emptyAssignment.nowMs / 1_000 - startedHoursAgo * 3_600 } };
    const investigation = investigationWith({ nodes: { pd: ['pd-1'], tikv: ['tikv-1', 'tikv-2', 'tikv-3', 'tikv-4'] }, controlPlane: { '/pd/api/v1/stores': { stores: rows } }, metrics: { 'delta(pd_scheduler_store_status{type="region_count"}': { 'tikv-4': gained }, ...started } });
    await probeStores(investigation);
    return (['almost-empty', 'fills-up'] as const).filter((sign) => investigation.findings.has(sign, 'tikv-4'));
  };
  expect(await signsAt(12, 1)).toEqual(['almost-empty', 'fills-up']);
  expect(await signsAt(0, 1)).toEqual(['almost-empty']);
  expect(await signsAt(12, 48)).toEqual(['almost-empty']);
  expect(await signsAt(12)).toEqual(['almost-empty']);
});
