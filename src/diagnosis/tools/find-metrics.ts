import { z } from 'zod';
import { ok } from '../../kernel/result.ts';
import { firstOf } from './bounds.ts';
import { readOnlyTool } from './tool.ts';

/** Metric names by a part of them. */
export const findMetrics = readOnlyTool({
  name: 'find_metrics',
  description: 'Lists metric names that contain a part, case-insensitively; several parts separated by blanks must all occur. Use it before querying: a metric that was never exported gives an empty query result, which looks like health. Some metrics appear only after their first event.',
  input: z.strictObject({ part: z.string().describe('e.g. `append_log` or `grpc duration`'), limit: z.number().int().min(1).max(500).optional().describe('default 100') }),
  run: async ({ part, limit = 100 }, { ports }) => {
    const names = await ports.metrics.labelValues('__name__');
    if (!names.ok) return names;
    const words = part.toLowerCase().split(/\s+/).filter((word) => word !== '');
    const { items, truncated } = firstOf(names.value.filter((name) => words.every((word) => name.toLowerCase().includes(word))).sort(), limit);
    return ok({ names: [...items], ...(truncated && { truncated: { ...truncated } }) });
  },
});
