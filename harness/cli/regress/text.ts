import { everything, type GroupVerdict } from '../../statistics/gate.ts';
import { rateWords } from '../../statistics/wilson.ts';
import { repeatCommand } from '../suite/text.ts';
import type { Baseline } from './baseline.ts';
import { type Comparison, lostIn, type Paired } from './compare.ts';

/** How the present diagnostician differs from the accepted one, for the line about inputs. */
export interface Inputs {
  /** As it is written after `--diagnostician`. */
  readonly spec: string;
  readonly baseline: Baseline;
  readonly fingerprint: string;
  readonly labVersion: string;
}

/** What a regression check prints: the decision in a word, each group that matters criterion by criterion, and what to try. */
export function regressText(comparison: Comparison, inputs: Inputs): string {
  const { decision, paired, violations } = comparison;
  const groups = decision.groups.toSorted((a, b) => urgency(a) - urgency(b));
  return [
    headline(comparison),
    ...violations.flatMap((pair) => [`HARD RULE ${pair.now.scenario} seed ${pair.now.seed}: ${pair.now.failureClass}, which the baseline did not do`, ...tryLines([pair], inputs.spec)]),
    ...groups.flatMap((group) => groupText(group, comparison, inputs.spec)),
    '',
    `pairs     ${paired.length} compared, ${comparison.notJudged.length} not judged${reasons(comparison.notJudged)}, ${comparison.unpaired} unknown to the baseline, ${comparison.unrepeated} of the baseline not repeated`,
    ...inputLines(paired, inputs),
  ].join('\n').concat('\n');
}

function headline({ decision, violations, exitCode }: Comparison): string {
  if (violations.length > 0) return `REGRESSION  ${violations.length} answers break a hard rule`;
  if (decision.state === 'regressed') return 'REGRESSION  significantly worse than the baseline';
  if (exitCode === 4) return 'ERROR  trials failed for reasons of infrastructure';
  if (decision.state === 'watch') return 'WATCH  somewhat worse than the baseline, which may be chance';
  if (decision.state === 'steady') return 'OK  no worse than the baseline';
  return `INCONCLUSIVE  not enough evidence: ${decision.morePairs > 0 ? `${decision.morePairs} more pairs are needed before anything could be proven` : 'a scenario looks worse on too few trials'}`;
}

function groupText(group: GroupVerdict, comparison: Comparison, spec: string): string[] {
  const { pairs, passesNow, passesBefore, adjustedP, state } = group;
  const rates = `${rateWords(passesNow, pairs)}, baseline ${passesBefore}/${pairs}`;
  const word = { regressed: 'REGRESSION', watch: 'WATCH', 'too-few': 'TOO FEW', steady: 'steady' }[state];
  const line = `${word.padEnd(10)} ${group.group}  ${rates}  (p=${pText(adjustedP)} after Holm, limit ${comparison.decision.alpha})`;
  if (state === 'steady' || group.group === everything) return [line];
  const lost = lostIn(group, comparison.paired);
  return [line, ...changedLines(lost), ...telemetryLine(lost), ...(state === 'too-few' ? [`  needs     ${group.morePairs} more trials of this scenario to decide`] : []), ...tryLines(lost, spec)];
}

/** Criterion by criterion: mean points before and now over the lost pairs, with the commonest wrong answer. */
function changedLines(lost: readonly Paired[]): string[] {
  const names = Object.keys(lost[0]?.now.criteria ?? {});
  const drops = names.flatMap((name) => {
    const before = meanOf(lost.map((pair) => pair.before.criteria[name]));
    const now = meanOf(lost.map((pair) => pair.now.criteria[name]));
    return before === null || now === null || now >= before ? [] : [`  changed   ${name} ${before} → ${now} in ${lost.length} ${lost.length === 1 ? 'run' : 'runs'}`];
  });
  const wrong = [...Map.groupBy(lost, ({ now }) => `said ${now.said}, truth ${now.expected}${now.failureClass === null ? '' : ` [${now.failureClass}]`}`)].sort((a, b) => b[1].length - a[1].length);
  return [...drops, ...wrong.slice(0, 3).map(([words, pairs]) => `  answers   ${words}${pairs.length > 1 ? ` (${pairs.length} times)` : ''}`)];
}

function telemetryLine(lost: readonly Paired[]): string[] {
  const differs = lost.filter((pair) => pair.sameTelemetry === false).length;
  if (differs > 0) return [`  incident  telemetry differs from the baseline in ${differs} of ${lost.length}: the lab changed too, not only the diagnostician`];
  return lost.some((pair) => pair.sameTelemetry === null) ? [] : ['  incident  the same, byte for byte'];
}

function tryLines(lost: readonly Paired[], spec: string): string[] {
  return lost.slice(0, 2).map(({ now }) => `  try       ${repeatCommand(now.scenario, now.seed, spec)}`);
}

function inputLines(paired: readonly Paired[], { baseline, fingerprint, labVersion }: Inputs): string[] {
  const known = paired.filter((pair) => pair.sameTelemetry !== null);
  const differs = known.filter((pair) => pair.sameTelemetry === false).length;
  return [
    `inputs    diagnostician ${baseline.diagnostician.fingerprint === fingerprint ? `unchanged (${fingerprint})` : `${baseline.diagnostician.fingerprint} → ${fingerprint}`}`,
    `          lab ${baseline.labVersion === labVersion ? `unchanged (${labVersion})` : `${baseline.labVersion} → ${labVersion}`}; telemetry ${differs === 0 ? 'the same' : `differs in ${differs}`} of ${known.length} known`,
    `baseline  ${baseline.reason}`,
  ];
}

function reasons(notJudged: readonly Paired[]): string {
  const states = [...Map.groupBy(notJudged, ({ now }) => now.state)].map(([state, own]) => `${state} ${own.length}`);
  return states.length === 0 ? '' : ` (${states.join(', ')})`;
}

function meanOf(points: readonly (number | null | undefined)[]): number | null {
  const known = points.filter((each) => typeof each === 'number');
  return known.length === 0 ? null : Math.round((10 * known.reduce((sum, each) => sum + each, 0)) / known.length) / 10;
}

const pText = (p: number): string => (p < 0.001 ? '<0.001' : String(Number(p.toFixed(3))));
const urgency = (group: GroupVerdict): number => ['regressed', 'too-few', 'watch', 'steady'].indexOf(group.state);
