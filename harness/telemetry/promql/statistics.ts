/** Orders numbers with NaN first, as Prometheus' quantiles do. */
export const nanFirst = (a: number, b: number): number => (Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : Number.isNaN(b) ? 1 : a < b ? -1 : a > b ? 1 : 0);

/** The q-quantile by linear interpolation between neighbours; outside [0, 1] it is infinite. */
export function quantile(q: number, values: Float64Array | readonly number[]): number {
  if (values.length === 0 || Number.isNaN(q)) return NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  const sorted = Float64Array.from(values).sort(nanFirst);
  const rank = q * (sorted.length - 1);
  const low = Math.max(0, Math.floor(rank));
  const high = Math.min(sorted.length - 1, low + 1);
  const weight = rank - Math.floor(rank);
  return (sorted[low] as number) * (1 - weight) + (sorted[high] as number) * weight;
}
