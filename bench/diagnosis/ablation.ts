import { wilson } from '../../harness/statistics/wilson.ts';
import { live, seedsOf, virtualScenarios } from './incidents.ts';
import { Handover, type Judgement } from './rejudge.ts';

/** Judgements of all incidents under one condition: `none` is the whole desk, any other the tool that was taken away. */
type Conditions = Map<string, Judgement[]>;

/**
 * How good the rules are, what they cost, and what each tool of the desk is worth: each incident is lived through once and
 * diagnosed again without each tool that the rules asked. A tool that they did not ask cannot change their answer and counts as
 * unchanged without being run again.
 */
export async function diagnosis(seeds: number): Promise<readonly string[]> {
  const conditions: Conditions = new Map([['none', []]]);
  const notCounted: string[] = [];
  const wrong: string[] = [];
  let incidents = 0;
  for (const scenario of virtualScenarios()) {
    for (const seed of seedsOf(scenario, seeds)) {
      using lived = await live(scenario, seed);
      incidents += 1;
      const { run } = lived.bundle;
      await using handover = run.state === 'scored' ? await Handover.of(lived.bundle, lived.dir) : undefined;
      if (!handover) {
        notCounted.push(`${scenario.id} seed ${seed}: ${run.state}`);
        continue;
      }
      const whole = await handover.judged([]);
      if (!whole.headline) wrong.push(`${scenario.id} seed ${seed}: said ${whole.said}`);
      await ablate(conditions, handover, whole);
    }
    process.stderr.write(`  ${scenario.id} done (${incidents} incidents)\n`);
  }
  const counted = conditions.get('none')?.length ?? 0;
  return [
    `${incidents} incidents (recordings count once, everything else has ${seeds} seeds); ${counted} count, ${notCounted.length} do not${notCounted.length === 0 ? '' : `: ${notCounted.join('; ')}`}`,
    ...table(conditions),
    wrong.length === 0 ? 'with all tools every incident that counts was explained right' : `not right with all tools: ${wrong.join('; ')}`,
  ];
}

async function ablate(conditions: Conditions, handover: Handover, whole: Judgement): Promise<void> {
  const add = (condition: string, judgement: Judgement): void => void conditions.set(condition, [...(conditions.get(condition) ?? []), judgement]);
  for (const tool of whole.asked) if (!conditions.has(tool)) conditions.set(tool, (conditions.get('none') ?? []).slice());
  add('none', whole);
  for (const tool of [...conditions.keys()].filter((name) => name !== 'none')) add(tool, whole.asked.includes(tool) ? await handover.judged([tool]) : whole);
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

function table(conditions: Conditions): readonly string[] {
  const columns = ['taken away', 'right', 'of', 'accuracy', '95 % interval', 'cannot tell', 'wrong', 'calls', 'wall ms'];
  // The whole desk first, then the tools by how much is lost without them.
  const rightOf = (judged: readonly Judgement[]): number => judged.filter(({ headline }) => headline).length;
  const order = [...conditions].sort(([a, x], [b, y]) => Number(b === 'none') - Number(a === 'none') || rightOf(x) - rightOf(y) || (a < b ? -1 : 1));
  const rows = order.map(([tool, judged]) => {
    const right = rightOf(judged);
    const silent = judged.filter(({ headline, answered }) => !headline && answered !== 'fault' && answered !== 'healthy').length;
    const { low, high } = wilson(right, judged.length);
    const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
    return [tool === 'none' ? '(nothing)' : tool, right, judged.length, percent(right / judged.length), `${percent(low)} to ${percent(high)}`, silent, judged.length - right - silent, median(judged.map(({ toolCalls }) => toolCalls)), median(judged.map(({ wallMs }) => wallMs)).toFixed(0)].map(String);
  });
  const widths = columns.map((name, i) => Math.max(name.length, ...rows.map((row) => (row[i] ?? '').length)));
  return [columns, ...rows].map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '));
}
