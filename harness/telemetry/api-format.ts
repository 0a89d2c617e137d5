import type { Millis } from '../../src/kernel/clock.ts';

/** An instant as Go writes it in JSON: RFC 3339 with no more digits than it has. */
export const rfc3339 = (atMs: Millis | undefined): string => (atMs === undefined ? '0001-01-01T00:00:00Z' : new Date(atMs).toISOString().replace(/\.?0+Z$/, 'Z'));

const units: readonly (readonly [unit: string, ms: number, onlyWhole: boolean])[] = [['y', 31_536_000_000, true], ['w', 604_800_000, true], ['d', 86_400_000, true], ['h', 3_600_000, false], ['m', 60_000, false], ['s', 1_000, false], ['ms', 1, false]];

/** A span as Prometheus writes it: `1m30s`; years, weeks and days only where nothing is left over. */
export function promDuration(spanMs: Millis): string {
  if (spanMs === 0) return '0s';
  let [rest, text] = [Math.abs(spanMs), ''];
  for (const [unit, ms, onlyWhole] of units) {
    const count = Math.floor(rest / ms);
    if (count === 0 || (onlyWhole && rest % ms !== 0)) continue;
    text += `${count}${unit}`;
    rest -= count * ms;
  }
  return spanMs < 0 ? `-${text}` : text;
}
