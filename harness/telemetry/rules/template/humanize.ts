import { formatG } from './decimal.ts';
import { TemplateError } from './syntax.ts';

const short = (value: number): string => formatG(value, 4);
const large = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const small = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];

/** `1234567` as `1.235M`. */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return short(value);
  return Math.abs(value) >= 1 ? scaled(value, large, 1_000) : shrunk(value);
}

/** `2048` as `2ki`. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return short(value);
  return scaled(value, large.map((prefix) => `${prefix === 'k' ? 'k' : prefix}i`), 1_024);
}

function scaled(value: number, prefixes: readonly string[], by: number): string {
  let [rest, used] = [value, ''];
  for (const prefix of prefixes) {
    if (Math.abs(rest) < by) break;
    used = prefix;
    rest /= by;
  }
  return short(rest) + used;
}

function shrunk(value: number): string {
  let [rest, used] = [value, ''];
  for (const prefix of small) {
    if (Math.abs(rest) >= 1) break;
    used = prefix;
    rest *= 1_000;
  }
  return short(rest) + used;
}

/** Seconds as `1d 1h 1m 40s`, `12.5s` or `3ms`. */
export function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return short(seconds);
  if (seconds === 0) return '0s';
  if (Math.abs(seconds) < 1) return `${shrunk(seconds)}s`;
  const sign = seconds < 0 ? '-' : '';
  const whole = Math.trunc(Math.abs(seconds));
  const [days, hours, minutes] = [Math.floor(whole / 86_400), Math.floor(whole / 3_600) % 24, Math.floor(whole / 60) % 60];
  if (days > 0) return `${sign}${days}d ${hours}h ${minutes}m ${whole % 60}s`;
  if (hours > 0) return `${sign}${hours}h ${minutes}m ${whole % 60}s`;
  return minutes > 0 ? `${sign}${minutes}m ${whole % 60}s` : `${sign}${short(Math.abs(seconds))}s`;
}

/** `0.123` as `12.3%`. */
export const humanizePercentage = (ratio: number): string => `${short(ratio * 100)}%`;

/** Seconds since the epoch as Go prints a time. */
export function humanizeTimestamp(seconds: number): string {
  if (!Number.isFinite(seconds)) return short(seconds);
  if (Math.abs(seconds) > 2 ** 63 / 1e9) throw new TemplateError(`${formatG(seconds)} cannot be represented as a nanoseconds timestamp since it overflows int64`);
  const at = new Date(Math.round(seconds * 1_000)).toISOString();
  return `${at.slice(0, 10)} ${at.slice(11, 23).replace(/\.?0+$/, '')} +0000 UTC`;
}
