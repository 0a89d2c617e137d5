/** Most metrics are whole numbers, or have few decimal places: such values are whole multiples of one of these shares. The share at index `i` has `i` decimal places. */
export const scales: readonly number[] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

/** Up to here differences of two whole numbers are exact, too. */
const mostWhole = 2 ** 52;

/** Which values. */
export interface Stretch {
  readonly base: number;
  readonly count: number;
}

/** The index of the first scale in whose multiples all values are whole, or -1; leaves the multiples in `wholes`. Divided by the scale, they are the values again, bit for bit. */
export function wholeMultiples(values: Float64Array, { base, count }: Stretch, wholes: Float64Array): number {
  if (areWhole(values, { base, count }, wholes)) return 0;
  for (let index = 1; index < scales.length; index++) {
    const scale = scales[index] as number;
    let i = 0;
    for (; i < count; i++) {
      const value = values[base + i] as number;
      const whole = Math.round(value * scale);
      if (whole / scale !== value || Math.abs(whole) > mostWhole || (whole === 0 && 1 / value < 0)) break;
      wholes[i] = whole;
    }
    if (i === count) return index;
  }
  return -1;
}

/** The commonest case by far, which needs neither product nor quotient. */
function areWhole(values: Float64Array, { base, count }: Stretch, wholes: Float64Array): boolean {
  for (let i = 0; i < count; i++) {
    const value = values[base + i] as number;
    if (Math.floor(value) !== value || Math.abs(value) > mostWhole || (value === 0 && 1 / value < 0)) return false;
    wholes[i] = value;
  }
  return true;
}
