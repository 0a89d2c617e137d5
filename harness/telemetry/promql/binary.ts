import { assert } from '../../../src/kernel/assert.ts';
import { numberOperator } from './arithmetic.ts';
import type { BinaryNode } from './ast.ts';
import { matchVectors } from './matching.ts';
import { isComparison, isSetOperator } from './operators.ts';
import { combineSets } from './sets.ts';
import { mapSeries, mergeEqualLabels, vector, type Grid, type ScalarValue, type Value, type VectorValue } from './value.ts';

/** A binary operator on two values of any type that has passed the type check. */
export function binary(node: BinaryNode, { left, right }: { readonly left: Value; readonly right: Value }, grid: Grid): Value {
  assert(left.kind !== 'string' && right.kind !== 'string', 'a string in a binary expression');
  if (left.kind === 'scalar') return right.kind === 'scalar' ? scalars(node, left, right) : withScalar(node, right, { values: left.values, onTheLeft: true });
  if (right.kind === 'scalar') return withScalar(node, left, { values: right.values, onTheLeft: false });
  const sides = { left: left.series, right: right.series };
  return vector(mergeEqualLabels(isSetOperator(node.op) ? combineSets(node, sides, grid) : matchVectors(node, sides, grid)));
}

function scalars({ op, bool }: BinaryNode, left: ScalarValue, right: ScalarValue): ScalarValue {
  const operate = numberOperator(op, bool);
  return { kind: 'scalar', values: left.values.map((number, step) => operate(number, right.values[step] as number, number) ?? NaN) };
}

/** A filter keeps the vector's own value and name, on whichever side the scalar stands. */
function withScalar({ op, bool }: BinaryNode, { series }: VectorValue, scalar: { readonly values: Float64Array; readonly onTheLeft: boolean }): VectorValue {
  const operate = numberOperator(op, bool);
  const filters = isComparison(op) && !bool;
  const mapped = mapSeries(series, (labels) => (filters ? labels : labels.withoutName()), (value, step) => {
    const other = scalar.values[step] as number;
    return scalar.onTheLeft ? operate(other, value, value) : operate(value, other, value);
  });
  return vector(mergeEqualLabels(mapped));
}
