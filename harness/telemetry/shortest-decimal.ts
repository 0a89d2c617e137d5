/** Powers of ten that are exact as floats, and each as the sum of two halves whose products are exact. */
const powers = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
const [highHalves, lowHalves] = [Float64Array.from(powers, highHalf), Float64Array.from(powers, (power) => power - highHalf(power))];
/** The least float of each decimal exponent from -6 on. */
const decades = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i - 6}`));

function highHalf(value: number): number {
  const spread = value * 134_217_729;
  return spread - (spread - value);
}

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
/** Which of the two words of a float has the exponent. */
const top = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/**
 * The shortest decimal that reads back as the same float, for what metrics are made of: numbers from a millionth to a
 * thousand million million. It has at most 17 digits, and is worked out with exact sums of two floats instead of the long
 * numbers that a printer of all floats needs.
 */
export class ShortestDecimal {
  /** The first nine of its seventeen digits, and the other eight. */
  high = 0;
  low = 0;
  /** How many of the digits are behind the point; the point may be before the first one. */
  places = 0;

  /** Finds the digits of a positive number; `false` where it is not sure of them. */
  find(value: number): boolean {
    if (!(value >= 1e-6 && value < 1e15)) return false;
    float[0] = value;
    const exponent = ((words[top] as number) >>> 20) - 1_023;
    // Below a power of two floats lie closer together than above it.
    if (((words[top] as number) & 0xf_ffff) === 0 && words[1 - top] === 0) return false;
    let decade = Math.floor(exponent * 0.30103);
    if (value >= (decades[decade + 7] as number)) decade++;
    this.places = 16 - decade;
    const power = powers[this.places] as number;
    const scaled = value * power;
    if (!(scaled >= 1e16 && scaled < 1e17)) return false;
    return this.#choose(scaled, errorOf(value, this.places, scaled), halfGap(exponent) * power);
  }

  /** Takes the number with fewest digits of those that lie less than `gap` from the sum of the first two; it must be the nearest such. */
  #choose(scaled: number, error: number, gap: number): boolean {
    const whole = Math.floor(error);
    const rest = error - whole;
    let high = Math.floor(scaled / 1e8);
    let low = scaled - high * 1e8 + whole;
    if (low < 0 || low >= 1e8) {
      const carried = Math.floor(low / 1e8);
      high += carried;
      low -= carried * 1e8;
    }
    const chosen = nearest(low, rest, gap);
    if (Number.isNaN(chosen)) return false;
    this.high = chosen === 1e8 ? high + 1 : high;
    this.low = chosen === 1e8 ? 0 : chosen;
    return this.high < 1e9;
  }
}

/** What rounding has taken from a product (Dekker). */
function errorOf(value: number, places: number, product: number): number {
  const high = highHalf(value);
  const low = value - high;
  const powerHigh = highHalves[places] as number;
  const powerLow = lowHalves[places] as number;
  return high * powerHigh - product + high * powerLow + low * powerHigh + low * powerLow;
}

/** Half of the distance between floats with this exponent. */
function halfGap(exponent: number): number {
  words[top] = (exponent + 970) << 20;
  words[1 - top] = 0;
  return float[0] as number;
}

/**
 * The multiple of a hundred, else of ten, else the whole number that is nearest to `low + rest` and less than `gap` from
 * it, an even one where two are; NaN where one is exactly the gap away. The gap is between a half and twelve, so no more
 * than one multiple of a hundred comes into question.
 */
function nearest(low: number, rest: number, gap: number): number {
  const beyondHundred = (low | 0) % 100;
  const down = beyondHundred + rest;
  const up = 100 - beyondHundred - rest;
  if (down === gap || up === gap) return NaN;
  if (down < gap) return low - beyondHundred;
  if (up < gap) return low - beyondHundred + 100;
  const beyondTen = beyondHundred % 10;
  const below = beyondTen + rest;
  const above = 10 - beyondTen - rest;
  if (below < gap || above < gap) return low - beyondTen + (below < above || (below === above && low % 20 < 10) ? 0 : 10);
  if (below === gap || above === gap) return NaN;
  return rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1;
}
