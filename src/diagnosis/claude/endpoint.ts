import type { Millis } from '../../kernel/clock.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { DeskTool } from '../contract.ts';
import type { Message } from './conversation.ts';
import { noTokens, addTokens, type TokenUse } from './prices.ts';
import type { ModelReply } from './stream.ts';
import { failureOf, isPassing, type EndpointTrouble } from './trouble.ts';

/** One turn's question. */
export interface ModelRequest {
  readonly system: string;
  readonly tools: readonly DeskTool[];
  readonly messages: readonly Message[];
}

/** One try: a reply, or what went wrong. Rejects only when the signal is aborted, and for bugs. */
export type Send = (request: ModelRequest, signal: AbortSignal) => Promise<{ readonly reply: ModelReply } | { readonly trouble: EndpointTrouble }>;

/** How often and how patiently to ask again. */
export interface Patience {
  readonly triesMax: number;
  readonly firstWaitMs: Millis;
  readonly longestWaitMs: Millis;
  readonly sleep: (spanMs: Millis, signal: AbortSignal) => Promise<void>;
  /** A number in [0, 1): many agents that were refused together must not come back together. */
  readonly jitter: () => number;
  /** Told before each wait. */
  readonly onWait: (sentence: string) => void;
}

/** A question answered, with all that was used for it. */
export type Asked = { readonly answer: Result<ModelReply>; readonly use: TokenUse };

/** Asks until there is an answer or no hope for one; waits as long as the endpoint says, else twice as long each time. */
export async function askPatiently(send: Send, request: ModelRequest, { patience, signal }: { readonly patience: Patience; readonly signal: AbortSignal }): Promise<Asked> {
  let use = noTokens;
  for (let tries = 1; ; tries++) {
    const sent = await send(request, signal);
    if ('reply' in sent) return { answer: ok(sent.reply), use: addTokens(use, sent.reply.use) };
    const { trouble } = sent;
    use = addTokens(use, trouble.use ?? noTokens);
    if (!isPassing(trouble) || tries >= patience.triesMax) return { answer: failureOf(trouble, tries), use };
    const waitMs = waitBefore(trouble, tries, patience);
    patience.onWait(`${failureWord(trouble)}; try ${tries + 1} of ${patience.triesMax} in ${(waitMs / 1000).toFixed(1)} s${trouble.retryAfterMs === undefined ? '' : ', as the endpoint asks'}`);
    await patience.sleep(waitMs, signal);
  }
}

function waitBefore({ retryAfterMs }: EndpointTrouble, tries: number, { firstWaitMs, longestWaitMs, jitter }: Patience): Millis {
  // A wait that the endpoint asks for is kept in full: coming back earlier is refused again, and the limit in time ends what takes too long.
  if (retryAfterMs !== undefined && retryAfterMs >= 0) return retryAfterMs;
  return Math.round(Math.min(longestWaitMs, firstWaitMs * 2 ** (tries - 1)) * (0.75 + 0.25 * jitter()));
}

function failureWord(trouble: EndpointTrouble): string {
  const failure = failureOf(trouble, 1);
  return failure.ok ? '' : failure.failure.because;
}
