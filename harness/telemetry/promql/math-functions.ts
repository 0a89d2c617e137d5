const radiansPerDegree = Math.PI / 180;

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
  ['rad', (value) => value * radiansPerDegree],
  ['sgn', (value) => (value < 0 ? -1 : value > 0 ? 1 : value)],
  ['sin', Math.sin],
  ['sinh', Math.sinh],
  ['sqrt', Math.sqrt],
  ['tan', Math.tan],
  ['tanh', Math.tanh],
]);

const utc = (seconds: number): Date => new Date(Math.trunc(seconds) * 1_000);

/** Parts of a UTC date, from seconds since the epoch. */
export const calendarFunctions: ReadonlyMap<string, (seconds: number) => number> = new Map<string, (seconds: number) => number>([
  ['day_of_month', (seconds) => utc(seconds).getUTCDate()],
  ['day_of_week', (seconds) => utc(seconds).getUTCDay()],
  ['day_of_year', (seconds) => dayOfYear(utc(seconds))],
  ['days_in_month', (seconds) => daysInMonth(utc(seconds))],
  ['hour', (seconds) => utc(seconds).getUTCHours()],
  ['minute', (seconds) => utc(seconds).getUTCMinutes()],
  ['month', (seconds) => utc(seconds).getUTCMonth() + 1],
  ['year', (seconds) => utc(seconds).getUTCFullYear()],
]);

const dayMs = 86_400_000;
const dayOfYear = (date: Date): number => (Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) - Date.UTC(date.getUTCFullYear(), 0, 1)) / dayMs + 1;
const daysInMonth = (date: Date): number => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
