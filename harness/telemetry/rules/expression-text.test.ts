import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expressionText } from './expression-text.ts';

test.each([
  ['sum(rate(x_total{b="1",a!="2"}[1m]))  BY (type,instance)>0', 'sum by (type, instance) (rate(x_total{a!="2",b="1"}[1m])) > 0'],
  ['a * ON(x)  group_left(y) b == bool 5*1024', 'a * on (x) group_left (y) b == bool 5 * 1024'],
  ['rate(a[90s] offset 25h) or b offset -5m @ 1.5', 'rate(a[1m30s] offset 25h) or b @ 1.500 offset -5m'],
  ['max_over_time((a)[1h:1m] @ start())', 'max_over_time((a)[1h:1m] @ start())'],
  ['a[10m:]', 'a[10m:]'],
  ['topk(3, a) without ()', 'topk without () (3, a)'],
  ['-(1000000) ^ 0x10', '-(1e+06) ^ 16'],
  ['count_values("a\\"b\\n", {__name__=~"a.*", c=\'é\\x07\'})', 'count_values("a\\"b\\n", {__name__=~"a.*",c="é\\a"})'],
  ['{"a.b", "c.d"="e"}', '{"a.b","c.d"="e"}'],
  ['rate(a[5m + step()])', 'rate(a[5m + step()])'],
])('%s is shown as %s', (source, text) => expect(expressionText(source)).toBe(text));

const selector = fc.constantFrom('a', 'a{x="1"}', '{__name__=~"b.+"}', 'a offset 5m', 'a @ 10');
const { expr } = fc.letrec<{ expr: string }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 4 },
    selector,
    fc.tuple(tie('expr'), fc.constantFrom('+', '*', '- on(x)', '> bool', 'or', '^'), tie('expr')).map((parts) => `(${parts.join(' ')})`),
    tie('expr').map((inner) => `sum by (x) (${inner})`),
    tie('expr').map((inner) => `rate((${inner})[5m:1m])`),
    tie('expr').map((inner) => `-(${inner})`),
  ),
}));

test('what is shown is shown the same again: nothing of its meaning is lost on the way', () => {
  fc.assert(fc.property(expr, (source) => {
    expect(expressionText(expressionText(source))).toBe(expressionText(source));
  }), { numRuns: 300, seed: 3 });
});
