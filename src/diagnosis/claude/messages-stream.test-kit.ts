/** A block that the fake model says. `json` is put on the wire as it is, so that it may be broken. */
export type SpokenBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly thinking: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly json: string };

/** One answer of the fake model. */
export interface SpokenTurn {
  readonly content: readonly SpokenBlock[];
  readonly stop?: string;
  readonly stopDetails?: { readonly category: string; readonly explanation: string };
  readonly usage?: { readonly input_tokens?: number; readonly cache_creation_input_tokens?: number; readonly cache_read_input_tokens?: number; readonly output_tokens?: number };
}

/** A tool call; every use gets an id of its own. */
export const use = (name: string, input: unknown, id = `toolu_${name}_${JSON.stringify(input).length}`): SpokenBlock => ({ type: 'tool_use', id, name, json: typeof input === 'string' ? input : JSON.stringify(input) });

/** A turn that says these blocks. */
export const speaks = (...content: readonly SpokenBlock[]): { kind: 'speaks' } & SpokenTurn => ({ kind: 'speaks', content });

/** The events of one streamed message, in their order on the wire. */
export function eventsOf({ content, stop, stopDetails, usage = {} }: SpokenTurn): { type: string; [key: string]: unknown }[] {
  const { output_tokens = 50, ...inputs } = { input_tokens: 100, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, ...usage };
  const stopReason = stop ?? (content.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn');
  return [
    { type: 'message_start', message: { id: 'msg_fake', type: 'message', role: 'assistant', model: 'fake', content: [], stop_reason: null, stop_sequence: null, usage: { ...inputs, output_tokens: 1 } } },
    { type: 'ping' },
    ...content.flatMap(blockEvents),
    { type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null, ...(stopDetails && { stop_details: { type: 'refusal', ...stopDetails } }) }, usage: { output_tokens } },
    { type: 'message_stop' },
  ];
}

function blockEvents(block: SpokenBlock, index: number): { type: string; [key: string]: unknown }[] {
  const start = (content_block: object) => ({ type: 'content_block_start', index, content_block });
  const delta = (each: object) => ({ type: 'content_block_delta', index, delta: each });
  const stop = { type: 'content_block_stop', index };
  switch (block.type) {
    case 'text': return [start({ type: 'text', text: '' }), ...pieces(block.text).map((text) => delta({ type: 'text_delta', text })), stop];
    case 'thinking': return [start({ type: 'thinking', thinking: '', signature: '' }), ...pieces(block.thinking).map((thinking) => delta({ type: 'thinking_delta', thinking })), delta({ type: 'signature_delta', signature: 'c2lnbmVk' }), stop];
    case 'tool_use': return [start({ type: 'tool_use', id: block.id, name: block.name, input: {} }), delta({ type: 'input_json_delta', partial_json: '' }), ...pieces(block.json).map((partial_json) => delta({ type: 'input_json_delta', partial_json })), stop];
  }
}

/** A text in parts of uneven length. */
function pieces(text: string): string[] {
  const parts: string[] = [];
  for (let at = 0, length = 7; at < text.length; at += length, length = (length * 3) % 61 || 7) parts.push(text.slice(at, at + length));
  return parts;
}
