import { everything, type GroupVerdict } from '../../statistics/gate.ts';
import { marginOf } from '../../statistics/margin.ts';
import { rateWords } from '../../statistics/wilson.ts';
import { firstDivergence } from '../suite/steps.ts';
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
  /** Which look at the pairs this is, of how many. */
  readonly look?: { readonly look: number; readonly looks: number };
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
    marginLine(paired),
    ...(inputs.look === undefined ? [] : [`look      ${inputs.look.look} of ${inputs.look.looks}, with ${decision.alpha} of the 0.05 that both may spend`]),
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
  return [line, ...changedLines(lost), ...divergedLine(lost), ...telemetryLine(lost), ...(state === 'too-few' ? [`  needs     ${group.morePairs} more trials of this scenario to decide`] : []), ...tryLines(lost, spec)];
}

/** What differs between two single trials: verdicts, criteria both ways, the first question that differs, the incident. */
export function trialDifference(pair: Paired | Omit<Paired, 'sameTelemetry'>): string {
  const { before, now } = pair;
  const criteria = Object.keys({ ...before.criteria, ...now.criteria }).filter((name) => before.criteria[name] !== now.criteria[name]);
  const way = before.steps !== undefined && now.steps !== undefined ? firstDivergence(before.steps, now.steps) : null;
  return [
    `before    ${before.verdict}  ${before.score ?? '-'}  said ${before.said}${before.failureClass === null ? '' : ` [${before.failureClass}]`}`,
    `now       ${now.verdict}  ${now.score ?? '-'}  said ${now.said}${now.failureClass === null ? '' : ` [${now.failureClass}]`}`,
    `truth     ${now.expected}`,
    ...(criteria.length === 0 ? ['changed   no criterion'] : criteria.map((name) => `changed   ${name} ${before.criteria[name] ?? '-'} → ${now.criteria[name] ?? '-'}`)),
    way === null ? 'diverged  nowhere: the same questions' : `diverged  step ${way.step}: before ${way.before ?? 'was done'}, now ${way.now ?? 'nothing more is asked'}`,
    `incident  ${before.telemetry === now.telemetry ? 'the same, byte for byte' : 'another one, or the lab changed'}`,
  ].join('\n').concat('\n');
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

/** The first question at which the lost runs went another way than the baseline, the commonest such place first. */
function divergedLine(lost: readonly Paired[]): string[] {
  const known = lost.filter(({ before, now }) => before.steps !== undefined && now.steps !== undefined);
  if (known.length === 0) return [];
  const places = known.map(({ before, now }) => firstDivergence(before.steps ?? [], now.steps ?? []));
  const words = places.map((place) => (place === null ? 'nowhere: the same questions, another conclusion' : `step ${place.step}: baseline ${place.before ?? 'was done'}, now ${place.now ?? 'nothing more is asked'}`));
  const [first] = [...Map.groupBy(words, (each) => each)].sort((a, b) => b[1].length - a[1].length);
  return first === undefined ? [] : [`  diverged  ${first[0]}${first[1].length < known.length ? ` (in ${first[1].length} of ${known.length})` : ''}`];
}

/** How large a drop the pairs cannot exclude, in words. */
function marginLine(paired: readonly Paired[]): string {
  const worse = paired.filter(({ before, now }) => before.verdict === 'PASS' && now.verdict !== 'PASS').length;
  const { allowed, worstDrop, isRuledOut, morePairs } = marginOf(worse, paired.length);
  const limit = `${Math.round(100 * allowed)} %`;
  if (isRuledOut) return `margin    no worse: that more than ${limit} of pairs get worse is ruled out (at most ${Math.round(100 * worstDrop)} %)`;
  return `margin    up to ${Math.round(100 * worstDrop)} % of pairs may have got worse; ${morePairs} more pairs, none of them worse, would rule out more than ${limit}`;
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
