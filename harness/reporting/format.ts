import { formatSpan } from '../../src/kernel/units.ts';

/** A moment of the run in virtual time, counted from its start: `3:23`, or `1:02:03` past an hour. */
export function virtualTime(spanMs: number): string {
  const total = Math.floor(Math.abs(spanMs) / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return `${spanMs < 0 ? '-' : ''}${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds)}`;
}

/** A span with its sign, as in `+23 s`, `+0.3 s`, `+2m05s`. */
export function signedSpan(spanMs: number): string {
  const sign = spanMs < 0 ? '-' : '+';
  const size = Math.abs(spanMs);
  return sign + (size < 1000 ? `${Number((size / 1000).toFixed(1))} s` : formatSpan(size));
}

const three = (value: number): string => String(Number(value.toPrecision(3)));

function scaled(value: number, steps: readonly (readonly [number, string])[]): string {
  const [size, unit] = steps.find(([least]) => Math.abs(value) >= least) ?? [1, steps.at(-1)?.[1] ?? ''];
  return `${three(value / size)}${unit}`;
}

const byteSteps = [[2 ** 40, ' TiB'], [2 ** 30, ' GiB'], [2 ** 20, ' MiB'], [2 ** 10, ' KiB'], [1, ' B']] as const;
const countSteps = [[1e9, ' G'], [1e6, ' M'], [1e3, ' k'], [1, '']] as const;

/** A measured value with its unit; the units are those of a subject's signals. */
export function quantity(value: number, unit: string): string {
  if (!Number.isFinite(value)) return String(value);
  if (unit === 'seconds') return value !== 0 && Math.abs(value) < 1 ? `${three(value * 1000)} ms` : `${three(value)} s`;
  if (unit === 'ratio') return `${three(value * 100)} %`;
  if (unit === 'bytes') return scaled(value, byteSteps);
  const short = scaledCount(value);
  return unit === 'per-second' ? `${short}/s` : unit === 'count' ? short : `${short} ${unit}`.trim();
}

function scaledCount(value: number): string {
  return Math.abs(value) < 10_000 ? three(value) : scaled(value, countSteps);
}

/** `1 ticket`, `2 tickets`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
