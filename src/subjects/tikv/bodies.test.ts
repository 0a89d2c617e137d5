import { expect, test } from 'vitest';
import { countOf } from './bodies.ts';

const valueOf = (body: string) => {
  const count = countOf(body);
  return count.ok ? count.value : count.failure.code;
};

test('a list is counted by what it says first, however long it is', () => {
  expect(valueOf('{"count":3,"regions":[{"id":1},{"id":2},{"id":3}]}')).toBe(3);
  expect(valueOf('{\n  "count": 106,\n  "empty_count": 5\n}\n')).toBe(106);
  expect(valueOf('{"count":0}')).toBe(0);
});

test('a count that does not stand first is found, and what is none is a failure', () => {
  expect(valueOf('{"regions":null,"count":7}')).toBe(7);
  for (const body of ['{"count":"3"}', '{"count":3', '{"count":3.5.1}', '{"regions":[]}', '[]', '', 'Not Found']) expect(valueOf(body)).toBe('LAB_PD_ANSWER');
});
