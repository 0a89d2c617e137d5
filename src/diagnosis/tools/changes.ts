import { z } from 'zod';
import { ok } from '../../kernel/result.ts';
import { comparisonJson, round } from './baseline.ts';
import { firstOf } from './bounds.ts';
import { compareExpression, type ComparedRow } from './compare-nodes.ts';
import { keySeriesOf } from './key-series.ts';
import { readOnlyTool } from './tool.ts';

interface Change extends ComparedRow {
  readonly signal: string;
  readonly effect: number;
}

/** What changed against the quiet window. */
export const changes = readOnlyTool({
  name: 'changes',
  description: 'Compares a fixed list of key series of every node (up, latency, waits, fsync, CPU, memory, leaders, traffic, elections, …) with the quiet window and ranks what changed by effect size (distance from the quiet median, in units of the quiet spread), with the time when each left its band. A good first call. A change is not yet a cause: look at what changed first and on which node alone.',
  input: z.strictObject({ limit: z.number().int().min(1).max(100).optional().describe('default 25') }),
  run: async ({ limit = 25 }, context) => {
    const found: Change[] = [];
    const missing: string[] = [];
    for (const { signal, promql, floor } of keySeriesOf(context.assignment.subject)) {
      const rows = await compareExpression(promql, 'instance', context);
      if (!rows.ok || rows.value.length === 0) missing.push(signal);
      else found.push(...rows.value.map((row) => ({ ...row, signal, effect: effectSize(row, floor) })).filter((change) => change.effect >= 3));
    }
    const { items, truncated } = firstOf(found.sort((a, b) => b.effect - a.effect), limit);
    const changed = items.map(({ signal, node, effect, ...row }) => ({ signal, node, effect, ...comparisonJson(row) }));
    return ok({ changes: changed, withoutData: missing, ...(truncated && { truncated: { ...truncated } }) });
  },
});

/** In units of the quiet spread; a series that ended counts by how large a thing its end is, so it sorts first. */
function effectSize({ now, quiet }: ComparedRow, floor: number): number {
  if (!quiet) return 0;
  if (now === null) return 1_000;
  const spread = Math.max((quiet.max - quiet.min) / 2, Math.abs(quiet.median) * 0.1, floor);
  return Math.min(1_000, round(Math.abs(now - quiet.median) / spread));
}
