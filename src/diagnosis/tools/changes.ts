import { z } from 'zod';
import { ok } from '../../kernel/result.ts';
import { comparisonJson, round } from './baseline.ts';
import { firstOf } from './bounds.ts';
import { compareExpression, type ComparedRow } from './compare-nodes.ts';
import { everySeries } from './every-series.ts';
import { commonSeries } from './key-series.ts';
import { readOnlyTool } from './tool.ts';

interface Change extends ComparedRow {
  readonly signal: string;
  readonly effect: number;
}

/** What changed against the quiet window. */
export const changes = readOnlyTool({
  name: 'changes',
  description: 'Compares the key series of every node (up, latency, waits, fsync, CPU, memory, leaders, traffic, elections, …) with the quiet window and ranks what changed by effect size (distance from the quiet median, in units of the quiet spread), with the time when each left its band. A good first call. With `every` it goes through all series of all metrics instead (gauges as they are, counters as rates, histograms as means): slower, and the place to look for what nobody thought of. A change is not yet a cause: look at what changed first and on which node alone.',
  input: z.strictObject({
    limit: z.number().int().min(1).max(100).optional().describe('default 25'),
    every: z.boolean().optional().describe('all series instead of the key series'),
    part: z.string().optional().describe('with every: only metrics whose names contain this'),
  }),
  run: async ({ limit = 25, every = false, part }, context) => {
    const chosen = every ? await everySeries(context, part) : ok([...commonSeries, ...context.keySeries]);
    if (!chosen.ok) return chosen;
    const found: Change[] = [];
    const missing: string[] = [];
    let compared = 0;
    for (const { signal, promql, floor } of chosen.value) {
      const rows = await compareExpression(promql, 'instance', context);
      if (!rows.ok || rows.value.length === 0) missing.push(signal);
      else compared += rows.value.length;
      if (rows.ok) found.push(...rows.value.map((row) => ({ ...row, signal, effect: effectSize(row, floor) })).filter((change) => change.effect >= 3));
    }
    const { items, truncated } = firstOf(found.sort((a, b) => b.effect - a.effect), limit);
    const changed = items.map(({ signal, node, effect, ...row }) => ({ signal, node, effect, ...comparisonJson(row) }));
    return ok({ changes: changed, compared, withoutData: every ? missing.length : missing, ...(truncated && { truncated: { ...truncated } }) });
  },
});

/** In units of the quiet spread; a series that ended counts by how large a thing its end is, so it sorts first. */
function effectSize({ now, quiet }: ComparedRow, floor: number): number {
  if (!quiet) return 0;
  if (now === null) return 1_000;
  const spread = Math.max((quiet.max - quiet.min) / 2, Math.abs(quiet.median) * 0.1, floor);
  return Math.min(1_000, round(Math.abs(now - quiet.median) / spread));
}
