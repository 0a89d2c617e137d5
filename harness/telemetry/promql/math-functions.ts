/** Functions of one value. */
export const valueFunctions: ReadonlyMap<string, (value: number) => number> = new Map<string, (value: number) => number>([
  ['abs', Math.abs],
  ['acos', Math.acos],
  ['acosh', Math.acosh],
  ['asin', Math.asin],
  ['asinh', Math.asinh],
  ['atan', Math.atan],
  ['atanh', Math.atanh],
  ['ceil', Math.ceil],
  ['cos', Math.cos],
  ['cosh', Math.cosh],
  ['deg', (value) => (value * 180) / Math.PI],
  ['exp', Math.exp],
  ['floor', Math.floor],
  ['ln', Math.log],
  ['log10', Math.log10],
  ['log2', Math.log2],
  ['rad', (value) => (value * Math.PI) / 180],
  ['sgn', (value) => (value < 0 ? -1 : value > 0 ? 1 : value)],
  ['sin', Math.sin],
  ['sinh', Math.sinh],
  ['sqrt', Math.sqrt],
  ['tan', Math.tan],
  ['tanh', Math.tanh],
]);

/** A moment of the calendar: a date of the years 1970 to 2369, and how many times 400 years it is away from there. */
interface Moment {
  readonly date: Date;
  readonly eras: number;
}

const secondsPerEra = 146_097n * 86_400n;

/**
 * The Gregorian calendar repeats every 400 years, weekdays included, so any second that Go can count has its like
 * among the years that Date knows. What is no second at all, NaN or too large, is 2^63 on the machines that
 * Prometheus runs on.
 */
function moment(seconds: number): Moment {
  const whole = Math.abs(seconds) < 2 ** 63 ? BigInt(Math.trunc(seconds)) : 2n ** 63n;
  const within = ((whole % secondsPerEra) + secondsPerEra) % secondsPerEra;
  return { date: new Date(Number(within) * 1_000), eras: Number((whole - within) / secondsPerEra) };
}

/** Parts of a UTC date, from seconds since the epoch. */
export const calendarFunctions: ReadonlyMap<string, (seconds: number) => number> = new Map<string, (seconds: number) => number>([
  ['day_of_month', (seconds) => moment(seconds).date.getUTCDate()],
  ['day_of_week', (seconds) => moment(seconds).date.getUTCDay()],
  ['day_of_year', (seconds) => dayOfYear(moment(seconds).date)],
  ['days_in_month', (seconds) => daysInMonth(moment(seconds).date)],
  ['hour', (seconds) => moment(seconds).date.getUTCHours()],
  ['minute', (seconds) => moment(seconds).date.getUTCMinutes()],
  ['month', (seconds) => moment(seconds).date.getUTCMonth() + 1],
  ['year', (seconds) => yearOf(moment(seconds))],
]);

const dayMs = 86_400_000;
const yearOf = ({ date, eras }: Moment): number => date.getUTCFullYear() + 400 * eras;
const dayOfYear = (date: Date): number => (Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) - Date.UTC(date.getUTCFullYear(), 0, 1)) / dayMs + 1;
const daysInMonth = (date: Date): number => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
