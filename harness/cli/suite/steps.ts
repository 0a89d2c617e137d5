import type { TranscriptEntry } from '../../history/bundle.ts';

const stepLengthMax = 120;

/** What was asked, in order, one line a question. Thoughts are left out: they may be worded anew every time. */
export function stepsOf(transcript: readonly TranscriptEntry[]): string[] {
  return transcript.flatMap((entry) => (entry.kind === 'observation' ? [`${entry.tool} ${JSON.stringify(entry.args)}`.slice(0, stepLengthMax)] : []));
}

/** Where two ways of asking part: the first step that differs, counted from 1, with what each did there. */
export interface Divergence {
  readonly step: number;
  readonly before: string | null;
  readonly now: string | null;
}

/** The first step at which two lists differ; null when they are the same. */
export function firstDivergence(before: readonly string[], now: readonly string[]): Divergence | null {
  for (let index = 0; index < Math.max(before.length, now.length); index++) {
    if (before[index] !== now[index]) return { step: index + 1, before: before[index] ?? null, now: now[index] ?? null };
  }
  return null;
}
