import { noTokens, type TokenUse } from './prices.ts';
import type { Json } from '../../kernel/json.ts';

/** The content blocks that the loop touches; others are carried along as they are. */
export type ModelBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: Json; /** The arguments as they came, where they are not JSON. */ readonly malformed?: string }
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature?: string }
  | { readonly type: 'redacted_thinking' };

/** One turn's answer. */
export interface ModelReply {
  readonly content: readonly ModelBlock[];
  readonly stopReason: string;
  /** Why the model refused, in the endpoint's words. */
  readonly stopDetail?: string;
  readonly use: TokenUse;
}

interface Started { type: string; text?: string; thinking?: string; signature?: string; id?: string; name?: string; input?: unknown }
interface Counted { input_tokens?: number | null; cache_creation_input_tokens?: number | null; cache_read_input_tokens?: number | null; output_tokens?: number | null }

/** An event of the stream as it is on the wire, with what is read of it. */
export interface WireEvent {
  readonly type: string;
  readonly index?: number;
  readonly message?: { readonly usage?: Counted };
  readonly content_block?: Started;
  readonly delta?: { readonly type?: string; readonly text?: string; readonly thinking?: string; readonly signature?: string; readonly partial_json?: string; readonly stop_reason?: string | null; readonly stop_details?: { readonly category?: string | null; readonly explanation?: string | null } | null };
  readonly usage?: Counted;
}

/** Puts one answer together from its events; unknown events are passed over, as the API asks of its clients. */
export class ReplyAssembler {
  readonly #blocks = new Map<number, { block: Started; json: string }>();
  #stopReason = 'end_turn';
  #stopDetail: string | undefined;
  #use: TokenUse = noTokens;
  #begun = false;
  #ended = false;

  /** Tokens that the endpoint has counted so far. */
  get use(): TokenUse {
    return this.#use;
  }

  /** Whether anything of an answer has come. */
  get hasBegun(): boolean {
    return this.#begun;
  }

  /** Takes one event; gives the block that it finishes. */
  take(event: WireEvent): ModelBlock | undefined {
    const at = event.index ?? 0;
    this.#begun = true;
    switch (event.type) {
      case 'message_start': this.#count(event.message?.usage); return undefined;
      case 'content_block_start': if (event.content_block) this.#blocks.set(at, { block: { ...event.content_block }, json: '' }); return undefined;
      case 'content_block_delta': this.#extend(at, event.delta); return undefined;
      case 'content_block_stop': return this.#finished(at);
      case 'message_delta':
        this.#stopReason = event.delta?.stop_reason ?? this.#stopReason;
        this.#stopDetail = [event.delta?.stop_details?.category, event.delta?.stop_details?.explanation].filter(Boolean).join(': ') || undefined;
        this.#count(event.usage);
        return undefined;
      case 'message_stop': this.#ended = true; return undefined;
      default: return undefined;
    }
  }

  /** The whole answer, or undefined where the stream broke off. */
  reply(): ModelReply | undefined {
    if (!this.#ended) return undefined;
    const content = [...this.#blocks.keys()].sort((a, b) => a - b).flatMap((at) => this.#finished(at) ?? []);
    return { content, stopReason: this.#stopReason, ...(this.#stopDetail !== undefined && { stopDetail: this.#stopDetail }), use: this.#use };
  }

  #extend(at: number, delta: WireEvent['delta']): void {
    const open = this.#blocks.get(at);
    if (!open || !delta) return;
    if (delta.type === 'text_delta') open.block.text = (open.block.text ?? '') + (delta.text ?? '');
    else if (delta.type === 'thinking_delta') open.block.thinking = (open.block.thinking ?? '') + (delta.thinking ?? '');
    else if (delta.type === 'signature_delta') open.block.signature = (open.block.signature ?? '') + (delta.signature ?? '');
    else if (delta.type === 'input_json_delta') open.json += delta.partial_json ?? '';
  }

  #finished(at: number): ModelBlock | undefined {
    const open = this.#blocks.get(at);
    if (!open) return undefined;
    if (open.block.type !== 'tool_use') return open.block as unknown as ModelBlock;
    const { id = '', name = '' } = open.block;
    const input = open.json === '' ? (open.block.input ?? {}) : parsed(open.json);
    if (input !== null && typeof input === 'object' && !Array.isArray(input)) return { type: 'tool_use', id, name, input: input as Json };
    return { type: 'tool_use', id, name, input: {}, malformed: open.json };
  }

  /** Counts are cumulative: the newest that is told holds. */
  #count(told: Counted | undefined): void {
    this.#use = {
      inputTokens: told?.input_tokens ?? this.#use.inputTokens,
      cacheWriteTokens: told?.cache_creation_input_tokens ?? this.#use.cacheWriteTokens,
      cacheReadTokens: told?.cache_read_input_tokens ?? this.#use.cacheReadTokens,
      outputTokens: told?.output_tokens ?? this.#use.outputTokens,
    };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
