import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LabelSet } from '../labels.ts';
import type { AggregateNode } from './ast.ts';
import { Grouping } from './grouping.ts';

const all = Array.from({ length: 12 }, (_, i) => LabelSet.from({ __name__: 'm', instance: String(i % 3), type: String(i) }));
const node = { grouping: ['instance'], without: false } as unknown as AggregateNode;

test('whatever came the last time, groups are those of the series that come now, in order of their first', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.subarray(all), fc.array(fc.constantFrom(...all), { maxLength: 12 })), { maxLength: 8 }), (evaluations) => {
      const grouping = new Grouping(node);
      for (const series of evaluations) {
        grouping.begin();
        const instances = [...new Set(series.map((labels) => labels.get('instance')))];
        expect(series.map((labels) => grouping.next(labels))).toEqual(series.map((labels) => instances.indexOf(labels.get('instance'))));
        expect(instances.map((_, group) => grouping.labelsOf(group).toObject())).toEqual(instances.map((instance) => ({ instance })));
      }
    }),
  );
});
