import { describe, expect, test } from 'vitest';
import type { Expr } from './ast.ts';
import { parsePromql } from './parse.ts';

/** The tree with every operand in parentheses, so that binding shows. */
function shape(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return String(expr.value);
    case 'string':
      return JSON.stringify(expr.value);
    case 'paren':
      return shape(expr.expr);
    case 'unary':
      return `${expr.op}(${shape(expr.expr)})`;
    case 'binary':
      return `(${shape(expr.left)} ${expr.op} ${shape(expr.right)})`;
    case 'call':
      return `${expr.func}(${expr.args.map(shape).join(', ')})`;
    case 'aggregate':
      return `${expr.op}(${shape(expr.expr)})`;
    default: {
      const base = expr.kind === 'subquery' ? `${shape(expr.expr)}[${expr.range}:${expr.step ?? ''}]` : `${expr.matchers[0]?.value}${expr.kind === 'range' ? `[${expr.range}]` : ''}`;
      return `${base}${expr.offset === undefined ? '' : ` offset ${expr.offset}`}${expr.at === undefined ? '' : ` @ ${expr.at}`}`;
    }
  }
}

const shapes = (query: string) => shape(parsePromql(query));

describe('operators bind as in Prometheus, not as in the editor grammar', () => {
  test.each([
    ['a - a offset 5m', '(a - a offset 300000)'],
    ['a + b offset 5m * c', '(a + (b offset 300000 * c))'],
    ['-m @ 100', '-(m @ 100000)'],
    ['a or b @ end()', '(a or b @ end)'],
    ['-2 ^ 2', '-((2 ^ 2))'],
    ['2 ^ 3 ^ 2', '(2 ^ (3 ^ 2))'],
    ['-a * b', '(-(a) * b)'],
    ['1 + 2 * 3 > bool 6', '((1 + (2 * 3)) > 6)'],
    ['a or b and c', '(a or (b and c))'],
    ['a unless b and c', '((a unless b) and c)'],
    ['a + b[5m:1m] - c', 'fails'],
    ['rate(x[5m]) / rate(y[5m] offset 1h)', '(rate(x[300000]) / rate(y[300000] offset 3600000))'],
    ['sum(a)[10m:30s] @ 5', 'sum(a)[600000:30000] @ 5000'],
  ])('%s', (query, tree) => {
    if (tree === 'fails') expect(() => parsePromql(query)).toThrow('binary expression must contain only scalar and instant vector types');
    else expect(shapes(query)).toBe(tree);
  });
});

test('numbers are read as Go reads them', () => {
  expect(['2.', '.5', '0x1f', '0755', '1_000', '1e3', '5m', '1h30m', 'Inf', '-nan'].map(shapes)).toEqual(['2', '0.5', '31', '493', '1000', '1000', '300', '5400', 'Infinity', 'NaN']);
});

test('keywords are free in case, function names are not', () => {
  expect(shapes('SUM BY (x) (a) OFFSET 5m'.replace(' OFFSET 5m', ''))).toBe('sum(a)');
  expect(shapes('a AND b')).toBe('(a and b)');
  expect(() => parsePromql('RATE(x[5m])')).toThrow('unknown function with name "RATE"');
});

test('strings may hold what looks like syntax', () => {
  expect(shapes('label_replace(a, "x", "2. offset \\"5m\\"", `y`, \'z\')')).toBe('label_replace(a, "x", "2. offset \\"5m\\"", "y", "z")');
});

test('a name in quotes is a metric, also one with dots', () => {
  expect(parsePromql('{"http.requests", job="x"}')).toMatchObject({ matchers: [{ label: '__name__', value: 'http.requests' }, { label: 'job' }] });
});

test('durations may be computed, and step() and range() follow the query', () => {
  expect(shapes('x[5m + 1m]')).toBe('x[360000]');
  expect(shapes('x[2 * 30]')).toBe('x[60000]');
  expect(parsePromql('x[max_of(STEP(), 1m)]')).toMatchObject({ range: { kind: 'arithmetic', op: 'max', left: { kind: 'step' } } });
});

describe('what is wrong is said in the words of Prometheus', () => {
  test.each([
    ['', 'no expression found in input'],
    ['# only a comment', 'no expression found in input'],
    ['sum(x', 'unclosed left parenthesis'],
    ['"abc', 'unterminated quoted string'],
    ['foo(x)', 'unknown function with name "foo"'],
    ['rate(x)', '1:6: parse error: expected type range vector in call to function "rate", got instant vector'],
    ['rate(x[5m], 2)', 'expected 1 argument(s) in call to "rate", got 2'],
    ['round()', 'expected at least 1 argument(s) in call to "round", got 0'],
    ['round(x, 1, 2)', 'expected at most 2 argument(s) in call to "round", got 3'],
    ['topk(x)', 'wrong number of arguments for aggregate expression provided, expected 2, got 1'],
    ['sum()', 'no arguments for aggregate expression provided'],
    ['sum(x[5m])', 'expected type instant vector in aggregation expression, got range vector'],
    ['count_values(1, x)', 'expected type string in aggregation parameter, got scalar'],
    ['{}', 'vector selector must contain at least one non-empty matcher'],
    ['{x=~".*"}', 'vector selector must contain at least one non-empty matcher'],
    ['x{__name__="y"}', 'metric name must not be set twice: "x" or "y"'],
    ['x{y=~"["}', 'missing closing ]'],
    ['rate(x[5m]) offset 1m', 'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery'],
    ['a offset 1m offset 2m', 'offset may not be set multiple times'],
    ['a @ 1 @ 2', '@ <timestamp> may not be set multiple times'],
    ['a @ inf', 'timestamp out of bounds for @ modifier'],
    ['(a + b)[5m]', 'ranges only allowed for vector selectors'],
    ['a offset 1m [5m]', 'no offset modifiers allowed before range'],
    ['a[0s]', 'duration must be greater than 0'],
    ['1 > 2', 'comparisons between scalars must use BOOL modifier'],
    ['a + bool b', 'bool modifier can only be used on comparison operators'],
    ['a and 1', 'set operator "and" not allowed in binary scalar expression'],
    ['a and on(x) group_left b', 'no grouping allowed for "and" operation'],
    ['a + on(x) 1', 'vector matching only allowed between instant vectors'],
    ['a + on(x) group_left(x) b', 'label "x" must not occur in ON and GROUP clause at once'],
    ['-"x"', 'unary expression only allowed on expressions of type scalar or instant vector'],
    ['a[5m][5m:1m]', 'subquery is only allowed on instant vector, got matrix instead'],
    ['mad_over_time(x[5m])', 'function "mad_over_time" is not enabled'],
    ['limitk(2, x)', 'limitk() is experimental'],
  ])('%s', (query, words) => {
    expect(() => parsePromql(query)).toThrow(words);
  });
});
