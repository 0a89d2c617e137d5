import Anthropic from '@anthropic-ai/sdk';
import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema';
import { z } from 'zod';
import type { Millis } from '../../kernel/clock.ts';
import type { Json } from '../../kernel/json.ts';
import { Random } from '../../kernel/random.ts';
import { failed, ok, type Result } from '../../kernel/result.ts';
import { stopwatch, wallClock } from '../../kernel/wall-clock.ts';
import { diagnosisSchema, type Assignment, type Diagnosis, type Diagnostician, type Session } from '../contract.ts';
import { withoutTools } from '../desk.ts';
import { AgentLoop, submitToolName } from './agent-loop.ts';
import type { ModelRequest, Patience, Send } from './endpoint.ts';
import { defaultOptions, optionsText, parseClaudeOptions, type ClaudeOptions } from './options.ts';
import { Life, tellBlock } from './life.ts';
import { readPrompt } from './prompt.ts';
import { fitsHeader, Redactor } from './redact.ts';
import { ReplyAssembler, type ModelBlock, type WireEvent } from './stream.ts';
import type { EndpointTrouble } from './trouble.ts';

/** Raised with every change of the loop that can change its answers. */
const version = 2;

/** Wall times and tries of the wire; tests make them short. */
export interface WireTimes extends Omit<Patience, 'onWait' | 'sleep' | 'jitter'> {
  /** A request without an answer, or a stream without an event, is given up after this. */
  readonly silenceMs: Millis;
}

const wireTimes: WireTimes = { triesMax: 5, firstWaitMs: 1_000, longestWaitMs: 30_000, silenceMs: 120_000 };

/** The agent with the options of a text such as `claude-sonnet-5-5,effort=low,usd=0.5`. */
export function claudeNamed(text: string, fromDir: string): Result<Diagnostician> {
  const options = parseClaudeOptions(text, fromDir);
  if (!options.ok) return options;
  const rest = text.split(',').filter((word) => word.includes('='));
  return ok({ ...claude(options.value), name: ['claude:' + options.value.model, ...rest].join(',') });
}

/** An agent on Anthropic's Messages API: it works at the desk with typed tools until it submits a diagnosis. */
export function claude(chosen: Partial<ClaudeOptions> = {}, times: WireTimes = wireTimes): Diagnostician {
  const options = { ...defaultOptions, ...chosen };
  const prompt = readPrompt(options.promptFile);
  return {
    name: `claude:${options.model}`,
    fingerprint: () => `claude/${version} ${optionsText(options)} ${prompt.ok ? prompt.value.version : 'no prompt'}`,
    ready: () => (prompt.ok ? keyReady() : prompt),
    diagnose: (assignment, session) => diagnose({ assignment, session, options, times }),
  };
}

const secretNames = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'] as const;
const envText = (name: string): string | undefined => ((process.env[name] ?? '').trim() === '' ? undefined : process.env[name]?.trim());

function keyReady(): Result<void> {
  const given = secretNames.filter((name) => envText(name) !== undefined);
  if (given.length === 0) return failed('AGENT_UNAVAILABLE', 'claude needs an API key and ANTHROPIC_API_KEY is not set', 'Set it, or use --diagnostician rules.');
  const odd = given.find((name) => !fitsHeader(envText(name) ?? ''));
  return odd === undefined ? ok(undefined) : failed('AGENT_UNAVAILABLE', `${odd} holds characters that no HTTP header can carry`, 'Set it to the key alone, without spaces or line ends.');
}

interface Wire { readonly times: WireTimes; readonly session: Session; readonly redactor: Redactor }

interface Work { readonly assignment: Assignment; readonly session: Session; readonly options: ClaudeOptions; readonly times: WireTimes }

async function diagnose({ assignment, session, options, times }: Work): Promise<Result<Diagnosis>> {
  const [key, prompt] = [keyReady(), readPrompt(options.promptFile)];
  if (!key.ok) return key;
  if (!prompt.ok) return prompt;
  const [done, timeUp] = [new AbortController(), new AbortController()];
  void wallClock.sleep(options.minutesMax * 60_000, done.signal).then(() => timeUp.abort(new Error('the limit in time is reached')), () => {});
  const random = Random.fromSeed(process.pid);
  const redactor = new Redactor([...secretNames.map(envText), ...(envText('ANTHROPIC_CUSTOM_HEADERS') ?? '').split('\n').map((line) => line.slice(line.indexOf(':') + 1).trim())]);
  const desk = withoutTools(session.desk, options.without);
  try {
    return await new AgentLoop(assignment, { ...session, desk }, {
      prompt: prompt.value, limits: options, timeUp: timeUp.signal, elapsed: stopwatch(),
      redactor, send: relaxing(sender, options, { times, session, redactor }),
      patience: { ...times, sleep: wallClock.sleep, jitter: () => random.unit() },
    }).run();
  } finally {
    done.abort();
  }
}

/** Asks without the strict schema from then on when the endpoint refuses it: what comes back is checked anyway. */
function relaxing(make: typeof sender, options: ClaudeOptions, wire: Wire): Send {
  let send = make(options, wire);
  let strict = options.strict;
  return async (request, signal) => {
    const sent = await send(request, signal);
    if (!strict || !('trouble' in sent) || sent.trouble.status !== 400 || !/strict|schema|grammar/i.test(sent.trouble.message)) return sent;
    strict = false;
    send = make({ ...options, strict }, wire);
    wire.session.note({ kind: 'note', text: 'the endpoint refuses the strict schema; going on without it' });
    return send(request, signal);
  };
}

/** Streams one request. All retries are the loop's own, since it counts and tells them. */
function sender(options: ClaudeOptions, { times: { silenceMs }, session: { progress }, redactor }: Wire): Send {
  const life = new Life(silenceMs);
  const client = new Anthropic({ fetch: life.fetch, apiKey: envText('ANTHROPIC_API_KEY') ?? null, authToken: envText('ANTHROPIC_AUTH_TOKEN') ?? null, maxRetries: 0, timeout: silenceMs, logLevel: 'off' });
  return async (request, signal) => {
    const assembler = new ReplyAssembler();
    using silence = life.watch();
    try {
      const stream = await client.messages.create(bodyOf(options, request), { signal: AbortSignal.any([signal, silence.signal]) });
      for await (const event of stream) {
        const block = redactor.json((assembler.take(event as WireEvent) ?? null) as Json) as ModelBlock | null;
        if (block) tellBlock(block, progress);
      }
      signal.throwIfAborted();
      const reply = assembler.reply();
      return reply ? { reply } : { trouble: { ...troubleOfEnd(assembler, silence.signal.aborted), use: assembler.use } };
    } catch (error) {
      signal.throwIfAborted();
      const trouble = troubleOf(error, silence.signal.aborted);
      return { trouble: { ...trouble, message: redactor.text(trouble.message), use: assembler.use } };
    }
  };
}

/** A stream that ended in good order and too early. */
function troubleOfEnd({ hasBegun }: ReplyAssembler, wasSilent: boolean): EndpointTrouble {
  if (wasSilent) return { kind: 'silence', message: 'nothing came for too long' };
  return { kind: hasBegun ? 'cut' : 'garbage', message: 'the stream ended without its last event' };
}

/** Claude from 4.6 on decides by itself how much to think, and takes an effort; older ones and other models do not know these fields. */
const decidesToThink = (model: string): boolean => model.startsWith('claude-') && !/^claude-(\w+-4-5|opus-4-1|3)/.test(model);

function bodyOf(options: ClaudeOptions, { system, tools, messages }: ModelRequest): Anthropic.MessageCreateParamsStreaming {
  const { model, effort, temperature, outputTokensMax, strict } = options;
  const submit = z.toJSONSchema(diagnosisSchema, { io: 'input' });
  const asked = tools.map(({ name, description, input }): Anthropic.Tool => ({ name, description, input_schema: z.toJSONSchema(input, { io: 'input' }) as Anthropic.Tool.InputSchema }));
  const body: Anthropic.MessageCreateParamsStreaming = {
    model, max_tokens: outputTokensMax, stream: true,
    ...(decidesToThink(model) && { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort } }),
    // The mark on the instructions covers the tools too: they come first in what is cached.
    system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
    tools: [...asked, { name: submitToolName, description: 'Hands in the diagnosis. Call it once, when you are done.', ...(strict ? { strict: true, input_schema: transformJSONSchema(submit as Json as never) as Anthropic.Tool.InputSchema } : { input_schema: submit as Anthropic.Tool.InputSchema }) }],
    messages: messages as unknown as Anthropic.MessageParam[],
  };
  return temperature === undefined ? body : ({ ...body, temperature } as Anthropic.MessageCreateParamsStreaming);
}

function troubleOf(error: unknown, wasSilent: boolean): EndpointTrouble {
  if (wasSilent || error instanceof Anthropic.APIConnectionTimeoutError) return { kind: 'silence', message: 'no answer in time' };
  if (error instanceof Anthropic.APIConnectionError) return { kind: 'unreachable', message: `${error.message}${causeOf(error)}` };
  if (error instanceof Anthropic.APIError) return { kind: 'status', message: error.apiMessage ?? error.message, ...(error.status !== undefined && { status: error.status }), ...(error.type !== null && error.type !== undefined && { type: error.type }), ...retryAfterOf(error.headers) };
  if (error instanceof SyntaxError) return { kind: 'garbage', message: 'an event is not JSON' };
  // A connection that breaks under a stream comes as a plain TypeError ("terminated") from fetch.
  if (error instanceof TypeError || error instanceof Anthropic.AnthropicError) return { kind: 'cut', message: `${error.message}${causeOf(error)}` };
  throw error;
}

function causeOf({ cause }: { readonly cause?: unknown }): string {
  const deep = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return deep instanceof Error && deep.message !== '' ? ` (${deep.message})` : '';
}

/** The wait that the endpoint asks for: in milliseconds, in seconds, or as a date. */
function retryAfterOf(headers: Headers | undefined): { retryAfterMs?: Millis } {
  const exact = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (exact >= 0) return { retryAfterMs: exact };
  const text = headers?.get('retry-after') ?? '';
  const spanMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - wallClock.now();
  return spanMs >= 0 ? { retryAfterMs: spanMs } : {};
}
