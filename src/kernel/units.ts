import type { Millis } from './clock.ts';

const spanUnits: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const sizeUnits: Record<string, number> = {
  B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12,
};

/** Milliseconds of a span such as `250ms`, `45s`, `3m` or `1m30s`; `undefined` where it is not one. */
export function parseSpan(text: string): Millis | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) totalMs += Number(amount) * (spanUnits[unit ?? ''] ?? 0);
  return totalMs;
}

/** Events per second of a rate such as `2000/s` or `30/m`; `undefined` where it is not one. */
export function parseRate(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\/(s|m|h)$/.exec(text);
  return match ? (Number(match[1]) * 1000) / (spanUnits[match[2] ?? ''] ?? 1000) : undefined;
}

/** Bytes of a size such as `64KiB` or `6GB`; `undefined` where it is not one. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB|TiB|KB|MB|GB|TB)$/.exec(text);
  return match ? Number(match[1]) * (sizeUnits[match[2] ?? ''] ?? 1) : undefined;
}

/** A span for people: `250 ms`, `3.2 s`, `2m05s`. */
export function formatSpan(spanMs: Millis): string {
  const sign = spanMs < 0 ? '-' : '';
  const span = Math.abs(spanMs);
  if (span < 1_000) return `${sign}${Math.round(span)} ms`;
  if (span < 60_000) return `${sign}${Number((span / 1_000).toFixed(1))} s`;
  const seconds = Math.round(span / 1_000);
  return `${sign}${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
}
