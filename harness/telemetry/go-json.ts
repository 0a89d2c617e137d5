import type { Millis } from '../../src/kernel/clock.ts';
import type { LabelSet } from './labels.ts';

/** JSON as Go writes it by default: fit to stand in an HTML page. */
export const goJson = (value: unknown): string => JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The labels of a series as Prometheus writes them: without Go's care for HTML. */
export function labelsJson({ pairs }: LabelSet): string {
  let text = '{';
  for (let i = 0; i < pairs.length; i += 2) text += `${i > 0 ? ',' : ''}${JSON.stringify(pairs[i])}:${JSON.stringify(pairs[i + 1])}`;
  return `${text}}`;
}

/** An instant of a sample in seconds: no fraction, or all three of its digits. */
export function timestampJson(atMs: Millis): string {
  const whole = Math.trunc(Math.abs(atMs) / 1_000);
  const rest = Math.abs(atMs) % 1_000;
  return `${atMs < 0 ? '-' : ''}${whole}${rest === 0 ? '' : `.${String(rest).padStart(3, '0')}`}`;
}
