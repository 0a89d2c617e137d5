import { z } from 'zod';
import type { Json } from '../../kernel/json.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { Series } from '../../ports/metrics.ts';
import { compareWithQuiet, comparisonJson, comparisonRange, median, round, wholeFrom, type Comparison } from './baseline.ts';
import { firstOf } from './bounds.ts';
import { nodeNamed } from './nodes.ts';
import { byLabels } from './prometheus-json.ts';
import { readOnlyTool, type ToolContext } from './tool.ts';

const rowsMax = 1_000;

/** One expression, node against node and against its own quiet time. */
export const compareNodes = readOnlyTool({
  name: 'compare_nodes',
  description: 'Evaluates one PromQL expression for each node (label `by`, default instance), from the quiet window until now: the value now, the quiet median and band, their ratio, when it left the band, the extreme value since, and the largest shift of the whole line. `standsOut` names the node that differs from the median of the others by a factor of two or more. `now` null: the series has ended. Rows that left their band come first. The way to find the one sick node that averages hide.',
  input: z.strictObject({
    promql: z.string().min(1).describe('one series for each value of `by`, e.g. sum by (instance) (rate(…[30s]))'),
    by: z.string().optional().describe('label that names the node; default instance'),
  }),
  run: async ({ promql, by = 'instance' }, context) => {
    const compared = await compareExpression(promql, by, context);
    if (!compared.ok) return compared;
    const { items, truncated } = firstOf(compared.value, rowsMax);
    return ok({ nodes: items.map(rowJson), standsOut: standsOut(compared.value), ...(truncated && { truncated: { ...truncated } }) });
  },
});

/** One line of a comparison. */
export interface ComparedRow extends Comparison {
  readonly node: string;
  /** Labels besides the one that names the node, when there are any. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Evaluates an expression from the quiet window until now and compares each of its series with its own quiet time. */
export async function compareExpression(promql: string, by: string, { ports, clock, assignment }: ToolContext): Promise<Result<readonly ComparedRow[]>> {
  const window = { quiet: assignment.quiet, nowMs: clock.now() };
  const range = comparisonRange(window);
  const answer = await ports.metrics.queryRange(promql, range);
  if (!answer.ok) return answer;
  const row = (series: Series): ComparedRow => {
    const { [by]: name = '', ...labels } = series.labels;
    return { node: nodeNamed(assignment.topology, name)?.id ?? name, labels, ...compareWithQuiet(series.points, window.quiet, range.toMs, wholeFrom(promql, series.points, range)) };
  };
  const rows = [...answer.value].sort(byLabels).map(row).sort((a, b) => (a.node < b.node ? -1 : a.node > b.node ? 1 : 0));
  // Of a long list only the beginning is shown: what changed must not be behind it.
  return ok([...rows.filter(changed), ...rows.filter((each) => !changed(each))]);
}

const changed = ({ now, leftBandAtMs, quiet }: Comparison): boolean => leftBandAtMs !== null || (now === null && quiet !== null);

function rowJson({ node, labels, ...comparison }: ComparedRow): Json {
  return { node, ...(Object.keys(labels).length > 0 && { labels: { ...labels } }), ...comparisonJson(comparison) };
}

function standsOut(rows: readonly ComparedRow[]): Json {
  const known = rows.filter((row) => row.now !== null);
  if (known.length < 3) return null;
  const judged = known.map((row) => {
    const others = median(known.filter((other) => other !== row).map((other) => other.now ?? 0));
    const factor = others === 0 ? (row.now === 0 ? 1 : Infinity) : (row.now ?? 0) / others;
    return { row, others, distance: factor === 0 ? Infinity : Math.max(factor, 1 / factor) };
  });
  const farthest = judged.reduce((best, each) => (each.distance > best.distance ? each : best));
  if (!(farthest.distance >= 2)) return null;
  return { node: farthest.row.node, now: farthest.row.now, othersMedian: round(farthest.others), factor: Number.isFinite(farthest.distance) ? round(farthest.distance) : 'infinite' };
}
