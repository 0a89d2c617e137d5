import { z } from 'zod';
import { ok } from '../../kernel/result.ts';
import { byLabels, sampleJson } from './prometheus-json.ts';
import { firstOf } from './bounds.ts';
import { readOnlyTool } from './tool.ts';

const seriesMax = 2_000;

/** PromQL at one instant. */
export const query = readOnlyTool({
  name: 'query',
  description: `Evaluates a PromQL expression at one instant (default now) and answers in Prometheus' own form: resultType and a result list of {metric, value: [seconds, "value"]}, sorted by labels. Aggregate or match more narrowly when it says that it was cut. An empty result means that no such series exists at that instant, which is not the same as zero.`,
  input: z.strictObject({ promql: z.string().min(1), atMs: z.number().optional().describe('milliseconds since the Unix epoch; default now') }),
  run: async ({ promql, atMs }, { ports, clock }) => {
    const answer = await ports.metrics.query(promql, atMs ?? clock.now());
    if (!answer.ok) return answer;
    const { items, truncated } = firstOf([...answer.value].sort(byLabels), seriesMax);
    return ok({ resultType: 'vector', result: items.map(sampleJson), ...(truncated && { truncated: { ...truncated } }) });
  },
});
