import type { ExprType } from './ast.ts';

/** Argument types and result of a function. `optional` is how many arguments at the end may be left out; -1 means that the last one may repeat. */
export interface Signature {
  readonly args: readonly ExprType[];
  readonly optional: number;
  readonly returns: ExprType;
}

const scalar: ExprType = 'scalar';
const text: ExprType = 'string';
const vector: ExprType = 'instant vector';
const range: ExprType = 'range vector';

const signature = (returns: ExprType, args: readonly ExprType[], optional = 0): Signature => ({ args, optional, returns });
const each = (names: string, shape: Signature): [string, Signature][] => names.split(' ').map((name) => [name, shape]);

/** The functions that a Prometheus 3 server knows without experimental features. */
export const signatures: ReadonlyMap<string, Signature> = new Map([
  ...each('abs acos acosh asin asinh atan atanh ceil cos cosh deg exp floor ln log10 log2 rad sgn sin sinh sort sort_desc sqrt tan tanh timestamp absent', signature(vector, [vector])),
  ...each('histogram_avg histogram_count histogram_sum histogram_stddev histogram_stdvar', signature(vector, [vector])),
  ...each('day_of_month day_of_week day_of_year days_in_month hour minute month year', signature(vector, [vector], 1)),
  ...each('absent_over_time count_over_time present_over_time first_over_time last_over_time changes resets', signature(vector, [range])),
  ...each('avg_over_time max_over_time min_over_time delta deriv idelta increase irate rate', signature(vector, [range])),
  ...each('stddev_over_time stdvar_over_time sum_over_time', signature(vector, [range])),
  ...each('clamp_max clamp_min', signature(vector, [vector, scalar])),
  ['clamp', signature(vector, [vector, scalar, scalar])],
  ['histogram_fraction', signature(vector, [scalar, scalar, vector])],
  ['histogram_quantile', signature(vector, [scalar, vector])],
  ['label_join', signature(vector, [vector, text, text, text], -1)],
  ['label_replace', signature(vector, [vector, text, text, text, text])],
  ['pi', signature(scalar, [])],
  ['predict_linear', signature(vector, [range, scalar])],
  ['quantile_over_time', signature(vector, [scalar, range])],
  ['round', signature(vector, [vector, scalar], 1)],
  ['scalar', signature(scalar, [vector])],
  ['time', signature(scalar, [])],
  ['vector', signature(vector, [scalar])],
]);
