import { goText } from './go-format.ts';
import { TemplateError } from './syntax.ts';
import type { TemplateValue } from './value.ts';

type Ordered = string | number | bigint | boolean;

/** Go compares only what is of one type: a float with 10 is an error, a float with 10.0 is not. */
function order(a: TemplateValue, b: TemplateValue): number {
  if (typeof a !== typeof b) throw new TemplateError('incompatible types for comparison');
  if (a === null || a === undefined || typeof a === 'object') throw new TemplateError(`invalid type for comparison: ${goText(a)}`);
  const [left, right] = [a as Ordered, b as Ordered];
  return left < right ? -1 : left > right ? 1 : left === right ? 0 : NaN;
}

type Compare = (args: readonly TemplateValue[]) => boolean;

/** eq, ne, lt, le, gt, ge; `eq` takes several right sides and asks for any of them. Go negates: NaN is greater than all. */
export const comparison: Readonly<Record<string, Compare>> = {
  eq: ([first, ...others]) => others.some((other) => order(first, other) === 0),
  ne: ([a, b]) => order(a, b) !== 0,
  lt: ([a, b]) => order(a, b) < 0,
  le: ([a, b]) => order(a, b) <= 0,
  gt: ([a, b]) => !(order(a, b) <= 0),
  ge: ([a, b]) => !(order(a, b) < 0),
};
