/** A float in decimal: `0.d₁d₂… × 10^(exponent + 1)`, without the sign. */
interface Decimal {
  readonly digits: string;
  readonly exponent: number;
}

/** More digits than any tie can have, so that they tell exactly on which side of a half a float lies. */
const exactDigits = 100;

/** The first `count` digits, a half rounded to the even side as Go does (JavaScript rounds it up). */
function rounded(value: number, count: number): Decimal {
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential(exactDigits).split('e');
  const all = mantissa.replace('.', '');
  if (count < 0) return { digits: '', exponent: Number(exponent) };
  const [kept, rest] = [all.slice(0, count), all.slice(count)];
  const isOdd = /[13579]$/.test(kept);
  const isUp = rest[0] !== undefined && rest[0] >= '5' && (isOdd || /[^0]/.test(rest.slice(1)) || rest[0] > '5');
  if (!isUp) return { digits: kept, exponent: Number(exponent) };
  const raised = String(BigInt(kept === '' ? '0' : kept) + 1n).padStart(count, '0');
  return raised.length > count ? { digits: raised.slice(0, Math.max(count, 1)), exponent: Number(exponent) + 1 } : { digits: raised, exponent: Number(exponent) };
}

function shortest(value: number): Decimal {
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential().split('e');
  return { digits: mantissa.replace('.', ''), exponent: Number(exponent) };
}

/** How Go writes what is no number; `undefined` for a finite value. */
export function specialText(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  return value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : undefined;
}

const signOf = (value: number): string => (value < 0 || Object.is(value, -0) ? '-' : '');
const exponentText = (exponent: number): string => `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;

/** Go's `%e`; without a precision, with the fewest digits: how the API writes the value of an alert. */
export function formatE(value: number, precision?: number): string {
  const special = specialText(value);
  if (special !== undefined) return special;
  const { digits, exponent } = precision === undefined ? shortest(value) : rounded(value, precision + 1);
  return `${signOf(value)}${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ''}e${exponentText(value === 0 ? 0 : exponent)}`;
}

/** Go's `%f`. */
export function formatF(value: number, precision: number): string {
  const special = specialText(value);
  if (special !== undefined) return special;
  const size = value === 0 ? 0 : Number(Math.abs(value).toExponential(exactDigits).split('e')[1]);
  const { digits, exponent } = rounded(value, size + 1 + precision);
  const whole = exponent >= 0 ? digits.slice(0, exponent + 1).padEnd(exponent + 1, '0') : '0';
  const fraction = exponent >= 0 ? digits.slice(exponent + 1) : '0'.repeat(Math.min(-exponent - 1, precision)) + digits;
  return `${signOf(value)}${whole}${precision > 0 ? `.${fraction.padEnd(precision, '0').slice(0, precision)}` : ''}`;
}

// Six also where the shortest form has more digits: Go prints 1234567.0 as 1.234567e+06.
const shortestLimit = 6;

/** Go's `%g`; without a precision, with the fewest digits that tell the float apart. */
export function formatG(value: number, precision?: number): string {
  const special = specialText(value);
  if (special !== undefined) return special;
  const limit = precision === undefined ? shortestLimit : Math.max(precision, 1);
  const { digits: all, exponent } = precision === undefined ? shortest(value) : rounded(value, limit);
  const digits = all.replace(/0+$/, '');
  if (value === 0) return `${signOf(value)}0`;
  if (exponent < -4 || exponent >= limit) return `${signOf(value)}${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ''}e${exponentText(exponent)}`;
  if (exponent < 0) return `${signOf(value)}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const fraction = digits.slice(exponent + 1);
  return `${signOf(value)}${digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')}${fraction === '' ? '' : `.${fraction}`}`;
}
