import { calibrationOf } from '../../scoring/calibration.ts';
import { holm } from '../../statistics/holm.ts';
import { mcnemar } from '../../statistics/mcnemar.ts';
import { rateWords } from '../../statistics/wilson.ts';
import { beliefsOf } from '../suite/text.ts';
import { isJudged, type Trial } from '../suite/trial.ts';
import type { VariantResult } from './run-campaign.ts';

/** One variant in figures; averages are over judged trials. */
export interface VariantFigures {
  readonly variant: string;
  readonly passes: number;
  readonly judged: number;
  readonly notJudged: number;
  readonly notPerformed: number;
  readonly meanScore: number | null;
  readonly brier: number | null;
  readonly toolCalls: number | null;
  readonly tokens: number | null;
  readonly costUsd: number | null;
}

/** What a table says of one variant. */
export function figuresOf({ variant, planned, trials }: VariantResult): VariantFigures {
  const judged = trials.filter(isJudged);
  const mean = (values: readonly number[], digits: number): number | null => (values.length === 0 ? null : Number((values.reduce((sum, each) => sum + each, 0) / values.length).toFixed(digits)));
  const costs = trials.flatMap(({ effort }) => effort.costUsd ?? []);
  const brier = calibrationOf(beliefsOf(judged))?.brier;
  return {
    variant: variant.variant,
    passes: judged.filter(isPass).length,
    judged: judged.length,
    notJudged: trials.length - judged.length,
    notPerformed: planned - trials.length,
    meanScore: mean(judged.flatMap(({ scorecard }) => scorecard.score ?? []), 1),
    brier: brier === undefined ? null : Number(brier.toFixed(3)),
    toolCalls: mean(judged.map(({ effort }) => effort.toolCalls), 0),
    tokens: mean(judged.map(({ effort }) => effort.inputTokens + effort.outputTokens), 0),
    costUsd: costs.length === 0 ? null : Number(costs.reduce((sum, each) => sum + each, 0).toFixed(4)),
  };
}

/** Two variants on the scenarios and seeds that both were judged on. */
export interface Duel {
  readonly variant: string;
  readonly against: string;
  readonly pairs: number;
  readonly won: number;
  readonly lost: number;
  /** Exact McNemar, two-sided, adjusted by Holm over all duels. */
  readonly p: number;
}

/** Every other variant against the first one. */
export function duelsOf([first, ...others]: readonly VariantResult[]): Duel[] {
  if (first === undefined) return [];
  const known = new Map(first.trials.filter(isJudged).map((trial) => [placeOf(trial), isPass(trial)]));
  const raw = others.map(({ variant, trials }) => {
    const pairs = trials.filter(isJudged).flatMap((trial) => (known.has(placeOf(trial)) ? [{ before: known.get(placeOf(trial)), now: isPass(trial) }] : []));
    const won = pairs.filter(({ before, now }) => now && before === false).length;
    const lost = pairs.filter(({ before, now }) => !now && before === true).length;
    return { variant: variant.variant, against: first.variant.variant, pairs: pairs.length, won, lost };
  });
  const adjusted = holm(raw.map(({ won, lost }) => mcnemar(lost, won).twoSidedP));
  return raw.map((duel, index) => ({ ...duel, p: adjusted[index] ?? 1 }));
}

/** The tables of a campaign: variants, scenarios by variants, and each variant against the first. */
export function campaignText(results: readonly VariantResult[]): string {
  const figures = results.map(figuresOf);
  const rows = [['variant', 'passes', 'score', 'Brier', 'tools', 'tokens', '$ in all', ''], ...figures.map(rowOf)];
  return [...columns(rows), '', ...columns(scenarioRows(results)), '', ...duelsOf(results).map(duelLine)].join('\n').trimEnd().concat('\n');
}

function rowOf({ variant, passes, judged, notJudged, notPerformed, meanScore, brier, toolCalls, tokens, costUsd }: VariantFigures): string[] {
  const notes = [...(notJudged > 0 ? [`${notJudged} not judged`] : []), ...(notPerformed > 0 ? [`${notPerformed} not performed`] : [])];
  return [variant, rateWords(passes, judged), shown(meanScore), shown(brier), shown(toolCalls), tokens === 0 ? '-' : shown(tokens), costUsd === null ? '-' : costUsd.toFixed(2), notes.join(', ')];
}

function scenarioRows(results: readonly VariantResult[]): string[][] {
  const names = [...new Set(results.flatMap(({ trials }) => trials.map((trial) => trial.scenario)))].sort();
  const cell = (scenario: string, trials: readonly Trial[]): string => {
    const own = trials.filter((trial) => trial.scenario === scenario && isJudged(trial));
    return `${own.filter(isPass).length}/${own.length}`;
  };
  return [['scenario', ...results.map(({ variant }) => variant.variant)], ...names.map((scenario) => [scenario, ...results.map(({ trials }) => cell(scenario, trials))])];
}

function duelLine({ variant, against, pairs, won, lost, p }: Duel): string {
  const word = pairs === 0 ? 'nothing to compare' : p <= 0.05 ? (won > lost ? 'better' : 'worse') : 'no difference proven';
  return `${variant} against ${against}: ${won} won and ${lost} lost of ${pairs} pairs, p=${Number(p.toFixed(3))}: ${word}`;
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}

const placeOf = ({ scenario, seed }: Trial): string => `${scenario}#${seed}`;
const isPass = (trial: Trial): boolean => trial.scorecard.verdict === 'PASS';
const shown = (value: number | null): string => (value === null ? '-' : String(value));
