import { Random } from '../../../src/kernel/random.ts';
import { type SimulatedGroup, simulateGate } from '../../statistics/simulate.ts';
import { wilson } from '../../statistics/wilson.ts';
import type { Baseline } from './baseline.ts';
import { groupOf } from './compare.ts';

const comparisons = 2_000;
const falseAlarmsAllowed = 0.05;

/** Measures the gate by simulated suites: how often it cries wolf (`aa`), how often it sees a drop (`power`). Exit 1 when false alarms are certainly more than 5 %. */
export function measureGate(baseline: Baseline, asked: { readonly aa: boolean; readonly power: boolean }): { readonly text: string; readonly exitCode: number } {
  const shape = groupsIn(baseline);
  const at = (rate: (group: SimulatedGroup) => number) => shape.map((group) => ({ ...group, before: rate(group), now: rate(group) }));
  const same: readonly (readonly [string, readonly SimulatedGroup[]])[] = [
    ["at the baseline's own pass rates", shape], ['at a pass rate of 90 % everywhere', at(() => 0.9)], ['at a pass rate of 70 % everywhere', at(() => 0.7)], ['at a pass rate of 50 % everywhere', at(() => 0.5)],
  ];
  const drop = (group: string): SimulatedGroup => ({ group, pairs: 20, before: 0.9, now: 0.6 });
  const steady = (group: string): SimulatedGroup => ({ group, pairs: 20, before: 0.9, now: 0.9 });
  const dropped: readonly (readonly [string, readonly SimulatedGroup[]])[] = [
    ['one scenario alone', [drop('a')]], ['one of four scenarios', [drop('a'), ...['b', 'c', 'd'].map(steady)]], ['all of four scenarios', ['a', 'b', 'c', 'd'].map(drop)],
  ];
  const alarms = asked.aa ? same.map(([name, groups]) => measured(name, groups)) : [];
  const seen = asked.power ? dropped.map(([name, groups]) => measured(name, groups)) : [];
  const lines = [
    ...(alarms.length > 0 ? [`false alarms, ${comparisons} comparisons without a change, in the baseline's shape (${shape.length} groups, ${shape.reduce((sum, group) => sum + group.pairs, 0)} pairs)`, ...alarms.map((each) => each.line)] : []),
    ...(seen.length > 0 ? [`power, ${comparisons} comparisons with a drop from 0.9 to 0.6 at 20 trials a scenario`, ...seen.map((each) => each.line)] : []),
  ];
  return { text: `${lines.join('\n')}\n`, exitCode: alarms.some((each) => each.low > falseAlarmsAllowed) ? 1 : 0 };
}

function measured(name: string, groups: readonly SimulatedGroup[]): { readonly line: string; readonly low: number } {
  const { alarms, early } = simulateGate(groups, comparisons, Random.fromSeed(1).fork(name));
  const { low, high } = wilson(alarms, comparisons);
  const percent = (share: number): string => (100 * share).toFixed(1);
  return { line: `  ${name.padEnd(36)} ${percent(alarms / comparisons).padStart(5)} % (${percent(low)}-${percent(high)} %), ${early} of ${alarms} at the first look`, low };
}

/** The groups of a baseline with their size and pass rate; a rate of exactly one would only feign that nothing can happen. */
function groupsIn(baseline: Baseline): SimulatedGroup[] {
  return [...Map.groupBy(baseline.trials, groupOf)].map(([group, own]) => {
    const rate = (own.filter((trial) => trial.verdict === 'PASS').length + 0.5) / (own.length + 1);
    return { group, pairs: own.length, before: rate, now: rate };
  });
}
