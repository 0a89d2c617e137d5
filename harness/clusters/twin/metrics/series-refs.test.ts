import { expect, test } from 'vitest';
import { labelsKey } from './series-refs.ts';

test('labels are one series in whatever order they are written', () => {
  expect(labelsKey({ type: 'evict-leader-scheduler', name: 'leader' })).toBe(labelsKey({ name: 'leader', type: 'evict-leader-scheduler' }));
  expect(labelsKey({ a: '1', b: '2' })).not.toBe(labelsKey({ a: '2', b: '1' }));
});
