import { resolve } from 'node:path';
import { failed, ok, type Result } from '../../kernel/result.ts';
import { nearest } from '../../kernel/text.ts';
import { priceOf, type Price } from './prices.ts';

/** How hard the model may think. */
export const efforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const;
/** One of `efforts`. */
export type Effort = (typeof efforts)[number];

/** What can be chosen about the agent; everything here can change its answers and enters the fingerprint. */
export interface ClaudeOptions {
  readonly model: string;
  readonly effort: Effort;
  /** Sent only when chosen: present models refuse it. */
  readonly temperature: number | undefined;
  /** A prompt file of the user's own instead of the built-in one. */
  readonly promptFile: string | undefined;
  /** Tools that are taken off the desk. */
  readonly without: readonly string[];
  /** Whether the endpoint is asked to hold the model to the schema of the diagnosis. */
  readonly strict: boolean;
  readonly turnsMax: number;
  /** All tokens that are sent and received, cached ones too. */
  readonly tokensMax: number;
  /** Tokens of one answer. */
  readonly outputTokensMax: number;
  readonly costMaxUsd: number;
  readonly minutesMax: number;
  /** Undefined for a model whose price nobody told: then no cost is counted. */
  readonly price: Price | undefined;
}

/** The current strong model of the SDK's list. */
export const defaultModel = 'claude-opus-5-5';

/** The options when nothing is chosen; the lab itself stops every diagnosis after ten minutes. */
export const defaultOptions: ClaudeOptions = {
  model: defaultModel, effort: 'high', temperature: undefined, promptFile: undefined, without: [], strict: true,
  turnsMax: 30, tokensMax: 2_000_000, outputTokensMax: 32_000, costMaxUsd: 3, minutesMax: 9, price: priceOf(defaultModel),
};

type Setter = (text: string, fromDir: string) => Partial<ClaudeOptions> | undefined;

const count = (text: string): number | undefined => (/^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined);
const amount = (text: string): number | undefined => (/^\d{1,6}(\.\d+)?$/.test(text) ? Number(text) : undefined);
const whole = (key: 'turnsMax' | 'tokensMax' | 'outputTokensMax'): Setter => (text) => (count(text) === undefined ? undefined : { [key]: count(text) });

/** The words after the model, `key=value`, and what each takes. */
const setters: Readonly<Record<string, readonly [string, Setter]>> = {
  effort: [efforts.join(' | '), (text) => (efforts.some((each) => each === text) ? { effort: text as Effort } : undefined)],
  temperature: ['a number from 0 to 1', (text) => { const value = amount(text); return value !== undefined && value <= 1 ? { temperature: value } : undefined; }],
  prompt: ['a file', (text, fromDir) => (text === '' ? undefined : { promptFile: resolve(fromDir, text) })],
  without: ['tools, joined by +', (text) => (text === '' ? undefined : { without: text.split('+').sort() })],
  strict: ['on | off', (text) => (text === 'on' || text === 'off' ? { strict: text === 'on' } : undefined)],
  turns: ['a whole number', whole('turnsMax')],
  tokens: ['a whole number', whole('tokensMax')],
  output: ['a whole number', whole('outputTokensMax')],
  usd: ['an amount', (text) => { const value = amount(text); return value === undefined ? undefined : { costMaxUsd: value }; }],
  minutes: ['an amount', (text) => { const value = amount(text); return value === undefined || value === 0 ? undefined : { minutesMax: value }; }],
  price: ['dollars for a million tokens, input/output', (text) => {
    const [input, output] = text.split('/').map(amount);
    return input === undefined || output === undefined ? undefined : { price: { input, output, cacheReadShare: 0.1 } };
  }],
};

/** Reads `<model>,key=value,…`; both parts may be missing. */
export function parseClaudeOptions(text: string, fromDir: string): Result<ClaudeOptions> {
  const words = text.split(',').map((word) => word.trim()).filter((word) => word !== '');
  const model = words[0] !== undefined && !words[0].includes('=') ? words[0] : defaultModel;
  let chosen: ClaudeOptions = { ...defaultOptions, model, price: priceOf(model) };
  for (const word of words.slice(words[0] === model ? 1 : 0)) {
    const at = word.indexOf('=');
    const [key, value] = at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
    const known = Object.hasOwn(setters, key) ? setters[key] : undefined;
    if (!known) return failed('LAB_USAGE', `claude has no option "${key}"`, didYouMean(key));
    const set = known[1](value, fromDir);
    if (!set) return failed('LAB_USAGE', `claude: ${key} takes ${known[0]}, not "${value}"`, `Write claude:${model},${key}=…`);
    chosen = { ...chosen, ...set };
  }
  return ok(chosen);
}

function didYouMean(key: string): string {
  const near = nearest(key, Object.keys(setters));
  return near === undefined ? `Known: ${Object.keys(setters).join(', ')}.` : `Did you mean "${near}"?`;
}

/** The options as a stable text for the fingerprint; the prompt has its own version. */
export function optionsText({ model, effort, temperature, without, strict, turnsMax, tokensMax, outputTokensMax, costMaxUsd, minutesMax }: ClaudeOptions): string {
  return [
    model, `effort.${effort}`, ...(temperature === undefined ? [] : [`temperature.${temperature}`]), ...(without.length === 0 ? [] : [`without.${without.join('+')}`]), ...(strict ? [] : ['strict.off']),
    `turns.${turnsMax}`, `tokens.${tokensMax}`, `output.${outputTokensMax}`, `usd.${costMaxUsd}`, `minutes.${minutesMax}`,
  ].join(' ');
}
