import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from '../promql/latency.ts';

/** A cluster and how long it lives. */
export interface TwinCase {
  readonly stores: number;
  readonly regions: number;
  readonly ratePerSecond: number;
  readonly seconds: number;
}

/** What is asked of the twin: at least 2000 virtual seconds per wall second in the small, 50 in the large, with less than a gibibyte. */
const cases: readonly TwinCase[] = [
  { stores: 3, regions: 100, ratePerSecond: 5_000, seconds: 3_600 },
  { stores: 10, regions: 1_000, ratePerSecond: 5_000, seconds: 600 },
  { stores: 100, regions: 100_000, ratePerSecond: 5_000, seconds: 300 },
];
const repeats = 3;

interface Told {
  readonly bootMs: number;
  readonly perWallSecond: number;
  readonly perCpuSecond: number;
  readonly maxMb: number;
}

/** How much faster than life the bare twin runs, nobody watching it but its own Prometheus. */
export async function twin(): Promise<string[]> {
  return cases.map((each) => {
    const told = Array.from({ length: repeats }, (_, i) => live({ ...each, seed: i + 1 }));
    const middle = (of: (one: Told) => number): number => median(told.map(of));
    return [
      `${each.stores} stores, ${each.regions} regions, ${each.ratePerSecond}/s: ${Math.round(middle((one) => one.perWallSecond))} virtual seconds per wall second`,
      `${Math.round(middle((one) => one.perCpuSecond))} per CPU second, up in ${(middle((one) => one.bootMs) / 1_000).toFixed(2)} s, at most ${Math.round(middle((one) => one.maxMb))} MB after ${each.seconds} s (median of ${repeats})`,
    ].join('; ');
  });
}

function live(one: TwinCase & { readonly seed: number }): Told {
  return JSON.parse(execFileSync(process.execPath, [join(import.meta.dirname, 'twin-child.ts'), JSON.stringify(one)], { encoding: 'utf8' })) as Told;
}
