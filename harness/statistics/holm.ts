/**
 * Holm's step-down adjustment: compare each adjusted p with the family's alpha, and the chance of even one false alarm
 * stays below alpha, however the tests depend on each other. S. Holm, Scandinavian Journal of Statistics 6 (1979) 65-70.
 */
export function holm(pValues: readonly number[]): number[] {
  const ascending = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p || a.index - b.index);
  const adjusted = Array.from({ length: pValues.length }, () => 1);
  let floor = 0;
  ascending.forEach(({ p, index }, rank) => {
    floor = Math.min(1, Math.max(floor, (pValues.length - rank) * p));
    adjusted[index] = floor;
  });
  return adjusted;
}
