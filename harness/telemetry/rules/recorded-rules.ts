import { labelsOf, rulesJob, type HeaderLine, type SeriesLine } from '../snapshot-format.ts';

/** A `lab-metrics` file, in parts of whole lines, without what recorded rules wrote into it (`ALERTS` and the rest), so that other rules can run over it. */
export function withoutRecordedRules(texts: readonly string[]): readonly string[] {
  const [first = '', ...others] = texts;
  const end = first.indexOf('\n');
  const header = JSON.parse(first.slice(0, end)) as HeaderLine;
  const gone = new Set(header.targets.flatMap(({ job }, index) => (job === rulesJob ? [index] : [])));
  if (gone.size === 0) return texts;
  const kept = [first.slice(end + 1), ...others].map((text) => text.split('\n').filter((line) => line !== '' && !gone.has(targetOf(line))));
  const targets = header.targets.map((target, index) => (gone.has(index) ? { ...target, timesMs: [] } : target));
  const series = kept.flat().reduce((sum, line) => sum + labelsOf(JSON.parse(line) as SeriesLine).length, 0);
  return [`${JSON.stringify({ ...header, series, targets })}\n`, ...kept.map((lines) => lines.map((line) => `${line}\n`).join(''))];
}

const targetOf = (line: string): number => (JSON.parse(line) as { readonly t: number }).t;
