import type { ModelBlock } from './stream.ts';

/** A tool's answer on its way to the model. */
export interface ToolResult {
  readonly type: 'tool_result';
  readonly tool_use_id: string;
  readonly content: string;
  readonly is_error: boolean;
}

type Said = ToolResult | { readonly type: 'text'; readonly text: string };
type Marked<T> = T & { readonly cache_control?: { readonly type: 'ephemeral' } };

/** One message of the conversation as the endpoint takes it. */
export interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: readonly (Marked<Said> | Omit<ModelBlock, 'malformed'>)[];
}

/** The cache looks back over a limited number of blocks, so the two newest ends are marked: where the last turn wrote, and where this one writes. */
const marksMax = 2;

/** What was said so far. It only ever grows at its end, so that everything before can be read from the cache. */
export class Conversation {
  readonly #messages: Message[] = [];

  constructor(opening: string) {
    this.#messages.push({ role: 'user', content: [{ type: 'text', text: opening }] });
  }

  /** What the model said, unchanged: its thinking is signed. */
  answered(content: readonly ModelBlock[]): void {
    // Empty texts do come and may not go back.
    const said = content.filter((block) => block.type !== 'text' || block.text.trim() !== '');
    if (said.length === 0) return;
    this.#messages.push({ role: 'assistant', content: said.map((block) => (block.type === 'tool_use' ? { type: block.type, id: block.id, name: block.name, input: block.input } : block)) });
  }

  /** Results first, as the API wants them, then words. */
  said(results: readonly ToolResult[], ...words: readonly (string | undefined)[]): void {
    const texts = words.flatMap((text) => (text === undefined ? [] : [{ type: 'text' as const, text }]));
    this.#messages.push({ role: 'user', content: [...results, ...texts] });
  }

  /** The messages with the cache marks on the newest ends. */
  messages(): readonly Message[] {
    const marked = this.#messages.map((message, index) => (message.role === 'user' ? index : -1)).filter((index) => index >= 0).slice(-marksMax);
    return this.#messages.map((message, index) => (marked.includes(index) ? withMark(message) : message));
  }
}

function withMark({ role, content }: Message): Message {
  const last = content.length - 1;
  return { role, content: content.map((block, index) => (index === last ? { ...block, cache_control: { type: 'ephemeral' } } : block) as Message['content'][number]) };
}
