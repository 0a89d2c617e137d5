import { z } from 'zod';
import { failed, ok } from '../../kernel/result.ts';
import { byLabels, seriesJson } from './prometheus-json.ts';
import { firstOf } from './bounds.ts';
import { readOnlyTool } from './tool.ts';

const seriesMax = 500;
const pointsMax = 240;

/** PromQL over a range. */
export const queryRange = readOnlyTool({
  name: 'query_range',
  description: `Evaluates a PromQL expression over a range, both ends included: result is a list of {metric, values: [[seconds, "value"], …]}, sorted by labels. Use it to see when something began and in which order things happened. At most ${pointsMax} points for each series (choose stepMs accordingly); aggregate where there are many series.`,
  input: z.strictObject({ promql: z.string().min(1), fromMs: z.number(), toMs: z.number(), stepMs: z.number().int().positive() }),
  run: async ({ promql, fromMs, toMs, stepMs }, { ports }) => {
    if (toMs < fromMs) return failed('DESK_RANGE', 'toMs lies before fromMs');
    if ((toMs - fromMs) / stepMs > pointsMax) return failed('DESK_RANGE', `that makes more than ${pointsMax} points a series`, `choose stepMs of at least ${Math.ceil((toMs - fromMs) / pointsMax)}`);
    const answer = await ports.metrics.queryRange(promql, { fromMs, toMs, stepMs });
    if (!answer.ok) return answer;
    const { items, truncated } = firstOf([...answer.value].sort(byLabels), seriesMax);
    return ok({ resultType: 'matrix', result: items.map(seriesJson), ...(truncated && { truncated: { ...truncated } }) });
  },
});
