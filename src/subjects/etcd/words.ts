/** A measured number for people: three significant digits at most, no exponent. */
export const amount = (value: number): string => (Number.isFinite(value) ? String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))) : 'more than the histogram can tell');

/** A share as whole percent. */
export const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`;

/** Seconds as milliseconds. */
export const inMs = (seconds: number): string => `${amount(seconds * 1000)} ms`;

/** Bytes as mebibytes. */
export const mib = (bytes: number): string => `${amount(bytes / 2 ** 20)} MiB`;
