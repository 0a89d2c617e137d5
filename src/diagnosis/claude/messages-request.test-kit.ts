import type { IncomingHttpHeaders } from 'node:http';

/** A content block as it is sent. */
export interface SentBlock {
  readonly type: string;
  readonly text?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
  readonly tool_use_id?: string;
  readonly content?: string;
  readonly is_error?: boolean;
  readonly cache_control?: { readonly type: string };
}

/** One message as it is sent. */
export interface SentMessage {
  readonly role: string;
  readonly content: readonly SentBlock[];
}

/** One request as it arrived. */
export interface ApiRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly model: string;
    readonly max_tokens: number;
    readonly stream?: boolean;
    readonly system: readonly SentBlock[];
    readonly tools: readonly { readonly name: string; readonly description: string; readonly strict?: boolean; readonly input_schema: { readonly type: string; readonly additionalProperties?: boolean } }[];
    readonly messages: readonly SentMessage[];
    readonly temperature?: number;
    readonly tool_choice?: unknown;
    readonly thinking?: unknown;
    readonly output_config?: { readonly effort?: string };
  };
  readonly text: string;
}

/** The cache takes at most so many marks in one request. */
const cacheMarksMax = 4;

/** Why the real API would refuse this request, or undefined: the rules of the Messages API that a client can break. */
export function complaintAbout({ path, headers, body }: ApiRequest): string | undefined {
  if (path !== '/v1/messages') return `no such path: ${path}`;
  if (headers['anthropic-version'] === undefined) return 'anthropic-version: header is required';
  if (typeof body !== 'object' || body === null) return 'the request body is not valid JSON';
  if (typeof body.model !== 'string' || !(body.max_tokens > 0)) return 'model and max_tokens: Field required';
  if (body.temperature !== undefined) return 'temperature: not supported by this model';
  if (body.tool_choice !== undefined) return 'tool_choice: forced tool use is not supported by this model';
  const marks = JSON.stringify(body).split('"cache_control"').length - 1;
  if (marks > cacheMarksMax) return `a maximum of ${cacheMarksMax} blocks with cache_control may be provided, found ${marks}`;
  for (const tool of body.tools) if (!/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name) || tool.input_schema?.type !== 'object') return `tools.${tool.name}: invalid`;
  return complaintAboutMessages(body.messages);
}

function complaintAboutMessages(messages: readonly SentMessage[]): string | undefined {
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  let open: string[] = [];
  for (const [index, { role, content }] of messages.entries()) {
    if (content.length === 0) return `messages.${index}: content must not be empty`;
    if (content.some((block) => block.type === 'text' && (block.text ?? '').trim() === '')) return `messages.${index}: text content blocks must be non-empty`;
    const answered = content.filter((block) => block.type === 'tool_result').map((block) => block.tool_use_id ?? '');
    if (open.some((id) => !answered.includes(id))) return `messages.${index}: tool_use ids were found without tool_result blocks immediately after`;
    if (answered.some((id) => !open.includes(id))) return `messages.${index}: unexpected tool_use_id found in tool_result blocks`;
    open = role === 'assistant' ? content.filter((block) => block.type === 'tool_use').map((block) => block.id ?? '') : [];
    if (new Set(open).size < open.length) return `messages.${index}: tool_use ids must be unique`;
  }
  return open.length > 0 ? 'messages: tool_use without tool_result' : undefined;
}
