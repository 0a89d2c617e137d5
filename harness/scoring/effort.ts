import type { TranscriptNote } from '../../src/diagnosis/contract.ts';
import type { TranscriptEntry } from '../history/bundle.ts';

/** What a diagnosis took. */
export interface Effort {
  readonly toolCalls: number;
  /** Calls that asked exactly what had been asked before. */
  readonly repeats: number;
  /** Calls that the desk refused or that failed. */
  readonly failures: number;
  /** Turns of a model; 0 for programs that tell of none. */
  readonly turns: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  /** Null where no turn says what it cost. */
  readonly costUsd: number | null;
}

type Usage = NonNullable<TranscriptNote['usage']>;

/** Counts calls, turns, tokens and money out of a transcript. */
export function effortOf(transcript: readonly TranscriptEntry[]): Effort {
  const calls = transcript.filter((entry) => entry.kind === 'observation');
  const usages = transcript.flatMap((entry): Usage[] => (entry.kind !== 'observation' && entry.usage !== undefined ? [entry.usage] : []));
  const costs = usages.flatMap((usage) => usage.costUsd ?? []);
  const sum = (part: (usage: Usage) => number | undefined) => usages.reduce((total, usage) => total + (part(usage) ?? 0), 0);
  return {
    toolCalls: calls.length,
    repeats: calls.length - new Set(calls.map((call) => `${call.tool} ${JSON.stringify(call.args)}`)).size,
    failures: calls.filter((call) => !call.ok).length,
    turns: transcript.filter((entry) => entry.kind === 'turn').length,
    inputTokens: sum((usage) => usage.inputTokens),
    cachedTokens: sum((usage) => usage.cachedTokens),
    outputTokens: sum((usage) => usage.outputTokens),
    costUsd: costs.length === 0 ? null : Math.round(1e6 * costs.reduce((total, cost) => total + cost, 0)) / 1e6,
  };
}

/** Effort in one line: `50 tool calls (2 asked again), 7 turns, 12000 tokens in (9000 from cache) and 900 out, $0.042`. */
export function effortWords({ toolCalls, repeats, failures, turns, inputTokens, cachedTokens, outputTokens, costUsd }: Effort): string {
  const notes = [...(repeats > 0 ? [`${repeats} asked again`] : []), ...(failures > 0 ? [`${failures} failed`] : [])];
  const calls = `${toolCalls} tool ${toolCalls === 1 ? 'call' : 'calls'}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
  const cached = cachedTokens > 0 ? ` (${cachedTokens} from cache)` : '';
  const tokens = inputTokens + outputTokens > 0 ? [`${inputTokens} tokens in${cached} and ${outputTokens} out`] : [];
  return [calls, ...(turns > 0 ? [`${turns} ${turns === 1 ? 'turn' : 'turns'}`] : []), ...tokens, ...(costUsd === null ? [] : [`$${costUsd.toFixed(3)}`])].join(', ');
}
