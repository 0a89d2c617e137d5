import { rulesJob, type HeaderLine } from '../snapshot-format.ts';

/** A `lab-metrics/1` text without what recorded rules wrote into it (`ALERTS` and the rest), so that other rules can run over it. */
export function withoutRecordedRules(metricsText: string): string {
  const end = metricsText.indexOf('\n');
  const header = JSON.parse(metricsText.slice(0, end)) as HeaderLine;
  const gone = new Set(header.targets.flatMap(({ job }, index) => (job === rulesJob ? [index] : [])));
  if (gone.size === 0) return metricsText;
  const lines = metricsText.slice(end + 1).split('\n').filter((line) => line !== '' && !gone.has(targetOf(line)));
  const targets = header.targets.map((target, index) => (gone.has(index) ? { ...target, timesMs: [] } : target));
  return [JSON.stringify({ ...header, series: lines.length, targets }), ...lines, ''].join('\n');
}

const targetOf = (line: string): number => (JSON.parse(line) as { readonly t: number }).t;
