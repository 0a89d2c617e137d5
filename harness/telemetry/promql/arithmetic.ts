/** Go's power: 1 to any power, and -1 to an infinite one, are 1 where JavaScript says NaN. */
export function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  return base ** exponent;
}

const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': power,
  atan2: Math.atan2,
};

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** A binary operator on two numbers. `kept` is what a filter lets through; `undefined` means that it drops the sample. */
export type NumberOperator = (left: number, right: number, kept: number) => number | undefined;

/** The operator on numbers: arithmetic, 0 or 1 with bool, else a filter. */
export function numberOperator(op: string, bool: boolean): NumberOperator {
  const compare = comparisons[op];
  if (compare) return bool ? (left, right) => (compare(left, right) ? 1 : 0) : (left, right, kept) => (compare(left, right) ? kept : undefined);
  const operate = operations[op] as (a: number, b: number) => number;
  return (left, right) => operate(left, right);
}
