/** Dollars for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Of tokens read from the prompt cache, as a share of `input`. */
  readonly cacheReadShare: number;
}

/** Tokens of one or more turns, as the endpoint counts them. */
export interface TokenUse {
  readonly inputTokens: number;
  readonly cacheWriteTokens: number;
  readonly cacheReadTokens: number;
  readonly outputTokens: number;
}

/** Nothing used. */
export const noTokens: TokenUse = { inputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0, outputTokens: 0 };

/** The sum of two uses. */
export const addTokens = (a: TokenUse, b: TokenUse): TokenUse => ({
  inputTokens: a.inputTokens + b.inputTokens,
  cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
  cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
  outputTokens: a.outputTokens + b.outputTokens,
});

/** Writing five minutes of cache costs this share of the input price. */
const cacheWriteShare = 1.25;

/** List prices of November 2026 (platform.claude.com, Pricing), by the beginning of the model's name; the first that fits wins. */
const prices: readonly (readonly [string, Price])[] = [
  ['claude-fable-5-', { input: 10, output: 50, cacheReadShare: 0.025 }],
  ['claude-mythos-5-', { input: 10, output: 50, cacheReadShare: 0.025 }],
  ['claude-fable-5', { input: 10, output: 50, cacheReadShare: 0.1 }],
  ['claude-mythos-5', { input: 10, output: 50, cacheReadShare: 0.1 }],
  ['claude-opus-5-5', { input: 4, output: 20, cacheReadShare: 0.05 }],
  ['claude-opus-5', { input: 5, output: 25, cacheReadShare: 0.1 }],
  ['claude-opus-4-', { input: 5, output: 25, cacheReadShare: 0.1 }],
  ['claude-sonnet-5-5', { input: 2, output: 10, cacheReadShare: 0.05 }],
  ['claude-sonnet-5', { input: 2, output: 10, cacheReadShare: 0.1 }],
  ['claude-sonnet-4-', { input: 3, output: 15, cacheReadShare: 0.1 }],
  // The price of prompts over 100,000 tokens: shorter ones cost a fifth, so a limit in dollars is kept in any case.
  ['claude-haiku-5-5', { input: 0.5, output: 2.5, cacheReadShare: 0.1 }],
  ['claude-haiku-4-5', { input: 1, output: 5, cacheReadShare: 0.1 }],
];

/** What a model costs, undefined where nobody told. */
export const priceOf = (model: string): Price | undefined => prices.find(([begin]) => model.startsWith(begin))?.[1];

/** What these tokens cost, in dollars. */
export function costUsd(use: TokenUse, { input, output, cacheReadShare }: Price): number {
  const inputs = use.inputTokens + use.cacheWriteTokens * cacheWriteShare + use.cacheReadTokens * cacheReadShare;
  return (inputs * input + use.outputTokens * output) / 1_000_000;
}
