import type { Millis } from '../../kernel/clock.ts';
import { failed, type Result } from '../../kernel/result.ts';
import type { TranscriptNote } from '../contract.ts';
import type { ClaudeOptions } from './options.ts';
import { addTokens, costUsd, noTokens, type TokenUse } from './prices.ts';

/** What a diagnosis may use; turns, tokens and cost are looked at before each turn, so the last turn may pass the limit. */
export type Limits = Pick<ClaudeOptions, 'turnsMax' | 'tokensMax' | 'costMaxUsd' | 'minutesMax' | 'price'>;

/** From this share of a limit on, the model is told to come to an end. */
const warnShare = 0.8;
/** With so many turns left, too. */
const warnTurns = 3;

/** Counts what one diagnosis has used. */
export class Budget {
  readonly #limits: Limits;
  readonly #elapsed: () => Millis;
  #turns = 0;
  #used: TokenUse = noTokens;
  #warned = false;

  constructor(limits: Limits, elapsed: () => Millis) {
    this.#limits = limits;
    this.#elapsed = elapsed;
  }

  get turns(): number {
    return this.#turns;
  }

  /** Begins a turn, or says which limit is reached. */
  beginTurn(): Result<void> | undefined {
    const { turnsMax, tokensMax, costMaxUsd, minutesMax } = this.#limits;
    if (this.#turns >= turnsMax) return over(`${turnsMax} turns`);
    if (this.#tokens() >= tokensMax) return over(`${tokensMax} tokens`);
    if (this.#cost() >= costMaxUsd) return over(`$${costMaxUsd}`);
    if (this.#elapsed() >= minutesMax * 60_000) return over(`${minutesMax} minutes`);
    this.#turns += 1;
    return undefined;
  }

  /** Adds what a turn used, and gives it as the transcript keeps it. */
  spend(use: TokenUse): NonNullable<TranscriptNote['usage']> {
    this.#used = addTokens(this.#used, use);
    const { price } = this.#limits;
    const { inputTokens, cacheWriteTokens, cacheReadTokens, outputTokens } = use;
    // `inputTokens` of the transcript are all that were sent; the cached ones among them are told apart.
    return {
      inputTokens: inputTokens + cacheWriteTokens + cacheReadTokens, outputTokens, cachedTokens: cacheReadTokens,
      ...(price && { costUsd: Math.round(costUsd(use, price) * 1e6) / 1e6 }),
    };
  }

  /** A sentence for the model when little is left; said once. */
  warning(): string | undefined {
    if (this.#warned) return undefined;
    const { turnsMax, tokensMax, costMaxUsd, minutesMax } = this.#limits;
    const left = turnsMax - this.#turns;
    const shares = [this.#tokens() / tokensMax, this.#cost() / costMaxUsd, this.#elapsed() / (minutesMax * 60_000)];
    if (left > warnTurns && shares.every((share) => share < warnShare)) return undefined;
    this.#warned = true;
    return `Your budget is nearly used up (${left} turns left). Submit your diagnosis now, with the confidence that the evidence so far deserves.`;
  }

  #tokens(): number {
    const { inputTokens, cacheWriteTokens, cacheReadTokens, outputTokens } = this.#used;
    return inputTokens + cacheWriteTokens + cacheReadTokens + outputTokens;
  }

  #cost(): number {
    return this.#limits.price ? costUsd(this.#used, this.#limits.price) : 0;
  }
}

const over = (what: string): Result<never> => failed('AGENT_BUDGET', `no diagnosis within ${what}`, 'Raise the limit (turns=, tokens=, usd=, minutes=), or narrow the questions.');

/** How the limit in time is told when it ends a turn that is under way. */
export const overTime = ({ minutesMax }: Limits): Result<never> => over(`${minutesMax} minutes`);
