import { describe, expect, test } from 'vitest';
import { faults } from '../faults/registry.ts';
import { checkLaws } from './check-laws.ts';
import { lawBrokenBy } from './live.ts';
import { parametersOf } from './parameters.ts';
import type { Act, Schedule } from './schedule.ts';
import { portionsOf } from './spread.ts';

const act = (fault: string, victim: number, holdSeconds: number, atSeconds = 0): Act => ({ fault, draws: [0], victims: [victim], atSeconds, holdSeconds });
const schedule = (acts: readonly Act[], over: Partial<Schedule> = {}): Schedule => ({
  seed: 0, pd: 3, tikv: 3, regions: 3, load: { rate: 100, readsPercent: 50, keys: 'uniform', valueBytes: 1_024 }, acts, ...over,
});

test('laws: a few dozen random lives keep all of them', { timeout: 120_000 }, async () => {
  expect(await checkLaws({ schedules: 40, seed: 20_260 })).toBeUndefined();
});

test('laws: two runs of neighbouring seeds live through different schedules', () => {
  const seeds = [1, 2, 3].flatMap((seed) => portionsOf({ schedules: 10_000, seed }).map((portion) => portion.seed));
  expect(new Set(seeds).size).toBe(seeds.length);
  expect(portionsOf({ schedules: 700, seed: 5 })).toMatchObject([{ schedules: 500, seed: 5 }, { schedules: 200 }]);
});

describe('laws: lives that once broke one', () => {
  test('a replica that slept through an election, without losing its connections, is brought up to date', async () => {
    expect(await lawBrokenBy(schedule([act('process-pause', 0, 9), act('process-kill', 1, 1)]))).toBeUndefined();
  });

  test('leaders that are told to go while their log is on its way take nothing with them that was acknowledged', async () => {
    const load = { rate: 4_000, readsPercent: 50, keys: 'uniform', valueBytes: 1_024 } as const;
    expect(await lawBrokenBy(schedule([act('network-delay', 0, 1), act('evict-leader-left-behind', 2, 1)], { regions: 5, load }))).toBeUndefined();
  });

  test('a replica that fell behind over connections that carried nothing is brought up to date when they carry again', async () => {
    expect(await lawBrokenBy(schedule([act('process-kill', 0, 1), act('dial-block', 0, 10)]))).toBeUndefined();
  });

  test('a store finds PD again although PD slept when it called', async () => {
    expect(await lawBrokenBy(schedule([act('process-pause', 5, 2, 13), act('process-kill', 6, 12)], { tikv: 5 }))).toBeUndefined();
  });

  test('PD learns of leaders that sleeping regions elected while it had none itself', async () => {
    const load = { rate: 0, readsPercent: 50, keys: 'uniform', valueBytes: 1_024 } as const;
    expect(await lawBrokenBy(schedule([act('process-kill', 4, 27), { ...act('process-pause', 0, 29), victims: [0, 3] }], { seed: 153_690, regions: 4, load }))).toBeUndefined();
  });

  test('a store that is killed while it waits to campaign campaigns again when it is back', async () => {
    expect(await lawBrokenBy(schedule([{ ...act('crash-loop', 1, 35), victims: [1, 0] }], { tikv: 2 }))).toBeUndefined();
  });
});

test.each([...faults.values()])('laws: parameters can be drawn for $kind', (fault) => {
  for (let draw = 0; draw < 10; draw++) expect(fault.params.safeParse(parametersOf(fault, [draw])).success).toBe(true);
});
