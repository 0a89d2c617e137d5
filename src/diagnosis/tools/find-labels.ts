import { z } from 'zod';
import { ok } from '../../kernel/result.ts';
import { firstOf } from './bounds.ts';
import { readOnlyTool } from './tool.ts';

const valuesMax = 200;

/** The labels of the series that match a selector. */
export const findLabels = readOnlyTool({
  name: 'find_labels',
  description: 'Says which labels the series of a selector carry, and which values each label takes, with how many series there are. Use it before grouping or matching by a label: a wrong label name gives one lump, a wrong value gives nothing, and both look like an answer.',
  input: z.strictObject({
    selector: z.string().min(1).describe('e.g. tikv_grpc_msg_duration_seconds_count or {job="pd"}'),
    label: z.string().optional().describe('only this one, with all its values'),
  }),
  run: async ({ selector, label }, { ports }) => {
    const found = await ports.metrics.series(selector);
    if (!found.ok) return found;
    const values = new Map<string, Set<string>>();
    for (const labels of found.value) for (const [name, value] of Object.entries(labels)) values.set(name, (values.get(name) ?? new Set()).add(value));
    const names = [...values.keys()].filter((name) => name !== '__name__' && (label === undefined || name === label)).sort();
    const table = names.map((name) => {
      const { items, truncated } = firstOf([...(values.get(name) ?? [])].sort(), label === undefined ? 20 : valuesMax);
      return { label: name, values: [...items], ...(truncated && { truncated: { ...truncated } }) };
    });
    return ok({ series: found.value.length, labels: table });
  },
});
