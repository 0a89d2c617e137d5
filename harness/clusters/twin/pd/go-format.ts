import type { Millis } from '../../../../src/kernel/clock.ts';

/** `2026-01-05 08:00:00.25 +0000 UTC`. */
export const goTime = (atMs: Millis): string => `${new Date(atMs).toISOString().slice(0, 23).replace('T', ' ')} +0000 UTC`;

/** As Go prints a duration: `48.690802ms`, `1m0.003s`, `1h2m3.4s`. */
export function goDuration(spanMs: Millis): string {
  if (spanMs < 1_000) return `${spanMs}ms`;
  const hours = Math.floor(spanMs / 3_600_000);
  const minutes = Math.floor(spanMs / 60_000) % 60;
  const seconds = Math.round(spanMs % 60_000) / 1000;
  return `${hours ? `${hours}h` : ''}${hours || minutes ? `${minutes}m` : ''}${seconds}s`;
}
