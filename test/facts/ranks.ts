/** How many observations were at most this large. */
export interface Rank {
  readonly bound: number;
  readonly below: number;
}

/**
 * The median of what the buckets counted, and how far apart a standard deviation of its logarithm lies: the two numbers of a log-normal
 * law. Of what lies in the first bucket only the mean is known.
 */
export function ranksOf(buckets: readonly Rank[], mean: number): [median: number, sigma: number] {
  if (isInFirst(buckets, 0.95)) return [Number(Math.min(mean, (buckets[0] as Rank).bound / 2).toPrecision(3)), 0];
  // Of what always lies in one bucket as well, such as the keys of a command that writes two.
  if (isInOne(buckets)) return [Number(mean.toPrecision(3)), 0];
  const median = quantile(buckets, 0.5);
  const sigma = Math.log(quantile(buckets, 0.95) / median) / 1.645;
  return [Number(median.toPrecision(3)), Number((Number.isFinite(sigma) ? Math.max(0, sigma) : 0).toFixed(2))];
}

function isInOne(buckets: readonly Rank[]): boolean {
  const all = buckets.at(-1)?.below ?? 0;
  return all > 0 && buckets.some(({ below, bound }, at) => bound !== Infinity && below === all && (buckets[at - 1]?.below ?? 0) === 0);
}

const isInFirst = (buckets: readonly Rank[], share: number): boolean => (buckets[0]?.below ?? 0) > 0 && (buckets[0]?.below ?? 0) >= (buckets.at(-1)?.below ?? 0) * share;

/** Within a bucket it is read off between the bounds' logarithms; everything in the first bucket counts as half of its bound. */
function quantile(buckets: readonly Rank[], share: number): number {
  const wanted = (buckets.at(-1)?.below ?? 0) * share;
  const at = buckets.findIndex(({ below }) => below >= wanted);
  const [lower, upper] = [buckets[at - 1], buckets[at]];
  if (!upper) return 0;
  if (!lower || lower.below === 0 && at === 1) return upper.bound / 2;
  if (upper.bound === Infinity) return lower.bound;
  const part = (wanted - lower.below) / (upper.below - lower.below);
  return Math.exp(Math.log(lower.bound) + part * (Math.log(upper.bound) - Math.log(lower.bound)));
}
