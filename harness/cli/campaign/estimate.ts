import { defaultModel } from '../../../src/diagnosis/claude/options.ts';
import { type Price, priceOf } from '../../../src/diagnosis/claude/prices.ts';
import type { Variant } from './variant.ts';

/** What trials of a diagnostician took in the past, on average. */
export interface Past {
  readonly trials: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Null where they did not tell. */
  readonly costUsd: number | null;
}

/** What a trial of a variant is expected to cost, and how that is known. */
export interface Expected {
  /** Null where nobody can say. */
  readonly usd: number | null;
  readonly because: string;
}

/** Tokens of a diagnosis by a model that nobody has measured yet: a dozen turns over a growing conversation, all of it at the full price. */
const assumed = { inputTokens: 250_000, outputTokens: 12_000 };

/** What one trial of a variant will cost: as past trials did, else as its file says, else by assumption; `rules` and `replay` cost nothing. */
export function expectedCost(variant: Variant, past: Past | undefined): Expected {
  const kind = variant.diagnostician.split(':')[0] ?? '';
  if (kind === 'rules' || kind === 'replay') return { usd: 0, because: 'asks no model' };
  if (past !== undefined && past.trials > 0 && past.costUsd !== null) return { usd: past.costUsd, because: `as ${past.trials} past ${past.trials === 1 ? 'trial' : 'trials'} did` };
  if (variant.expect?.usd !== undefined) return { usd: variant.expect.usd, because: 'as its file says' };
  const price = variant.price ?? (kind === 'claude' ? priceOf(variant.model ?? defaultModel) : undefined);
  if (price === undefined) return { usd: null, because: kind === 'claude' ? `nobody told the price of ${variant.model ?? defaultModel}` : 'its file does not say what a trial costs' };
  const { inputTokens = assumed.inputTokens, outputTokens = assumed.outputTokens } = variant.expect ?? {};
  const told = variant.expect === undefined ? 'assumed' : 'as its file says';
  return { usd: capped(costOf({ inputTokens, outputTokens }, price), variant.budget?.usd), because: `${inputTokens} tokens in and ${outputTokens} out, ${told}` };
}

const costOf = ({ inputTokens, outputTokens }: { inputTokens: number; outputTokens: number }, { input, output }: Pick<Price, 'input' | 'output'>): number => (inputTokens * input + outputTokens * output) / 1e6;

const capped = (usd: number, limit: number | undefined): number => Math.min(usd, limit ?? Infinity);

/** One line of the estimate: a variant, its trials that are still to be performed, and what one costs. */
export interface EstimateRow {
  readonly variant: Variant;
  readonly trials: number;
  readonly expected: Expected;
}

/** What a campaign will cost by its estimate; null where a part of it is unknown. */
export function totalUsd(rows: readonly EstimateRow[]): number | null {
  return rows.some(({ trials, expected }) => trials > 0 && expected.usd === null) ? null : rows.reduce((sum, { trials, expected }) => sum + trials * (expected.usd ?? 0), 0);
}

/** The estimate as it is printed before a campaign starts. */
export function estimateText(rows: readonly EstimateRow[], spentUsd: number): string {
  const width = Math.max(...rows.map(({ variant }) => variant.variant.length)) + 2;
  const lines = rows.map(({ variant, trials, expected }) => {
    const cost = expected.usd === null ? 'unknown' : `$${(trials * expected.usd).toFixed(2)}`;
    return `estimate  ${variant.variant.padEnd(width)}${String(trials).padStart(5)} trials  ${cost.padStart(9)}  (${expected.usd === null ? '' : `$${expected.usd.toFixed(3)} each: `}${expected.because})`;
  });
  const total = totalUsd(rows);
  const known = rows.reduce((sum, { trials, expected }) => sum + trials * (expected.usd ?? 0), 0);
  return [...lines, `estimate  ${total === null ? `at least $${known.toFixed(2)}, a part is unknown` : `$${total.toFixed(2)} in all`}${spentUsd > 0 ? `, after $${spentUsd.toFixed(2)} that is spent` : ''}`].join('\n').concat('\n');
}
