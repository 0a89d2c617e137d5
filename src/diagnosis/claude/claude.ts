import Anthropic from '@anthropic-ai/sdk';
import { z } from 'zod';
import { failed, ok, type Result } from '../../kernel/result.ts';
import { diagnosisSchema, type Diagnostician } from '../contract.ts';
import { AgentLoop, type ModelReply, type ModelRequest } from './agent-loop.ts';
import { promptVersion } from './prompt.ts';

/** What can be chosen about the model. */
export interface ClaudeOptions {
  readonly model?: string;
  /** Model turns before the agent is over budget. */
  readonly turnsMax?: number;
}

const defaultModel = 'claude-opus-5-5';
const defaultTurnsMax = 30;

/** An agent on Anthropic's Messages API: it works at the desk with typed tools until it submits a diagnosis. */
export function claude(options: ClaudeOptions = {}): Diagnostician {
  const { model = defaultModel, turnsMax = defaultTurnsMax } = options;
  return {
    name: `claude:${model}`,
    fingerprint: () => `claude/1 ${model} ${promptVersion} turns.${turnsMax}`,
    ready: () =>
      (process.env['ANTHROPIC_API_KEY'] ?? '') === ''
        ? failed('AGENT_UNAVAILABLE', 'claude needs an API key and ANTHROPIC_API_KEY is not set', 'Set it, or use --diagnostician rules.')
        : ok(undefined),
    diagnose: (assignment, session) => new AgentLoop(assignment, session, { turnsMax, ask: (request, signal) => ask(model, request, signal) }).run(),
  };
}

/** The tool that ends the conversation. */
const submitTool: Anthropic.Tool = {
  name: 'submit_diagnosis',
  description: 'Hands in the diagnosis. Call it once, when you are done.',
  input_schema: z.toJSONSchema(diagnosisSchema, { io: 'input' }) as Anthropic.Tool.InputSchema,
};

async function ask(model: string, request: ModelRequest, signal: AbortSignal): Promise<Result<ModelReply>> {
  const client = new Anthropic({ maxRetries: 4 });
  const tools: Anthropic.Tool[] = request.tools.map(({ name, description, input }) => ({ name, description, input_schema: z.toJSONSchema(input, { io: 'input' }) as Anthropic.Tool.InputSchema }));
  try {
    const reply = await client.messages.create(
      {
        model,
        max_tokens: 16_000,
        system: [{ type: 'text', text: request.system, cache_control: { type: 'ephemeral' } }],
        tools: [...tools, submitTool],
        messages: request.messages as unknown as Anthropic.MessageParam[],
      },
      { signal },
    );
    return ok(readReply(reply));
  } catch (error) {
    return unavailable(error, signal);
  }
}

function readReply({ content, stop_reason, usage }: Anthropic.Message): ModelReply {
  return {
    content: content as unknown as ModelReply['content'],
    stopReason: stop_reason ?? 'end_turn',
    usage: { inputTokens: usage.input_tokens + (usage.cache_creation_input_tokens ?? 0), outputTokens: usage.output_tokens, cachedTokens: usage.cache_read_input_tokens ?? 0 },
  };
}

function unavailable(error: unknown, signal: AbortSignal): Result<never> {
  if (signal.aborted) return failed('AGENT_TIMEOUT', 'the model was stopped at its time limit');
  if (error instanceof Anthropic.AuthenticationError || error instanceof Anthropic.PermissionDeniedError) {
    return failed('AGENT_UNAVAILABLE', `the model's endpoint refuses the key (${error.status})`, 'Check ANTHROPIC_API_KEY.');
  }
  if (error instanceof Anthropic.APIError && error.status !== undefined) return failed('AGENT_UNAVAILABLE', `the model's endpoint answers ${error.status}: ${error.message.slice(0, 300)}`);
  if (error instanceof Anthropic.APIConnectionError) return failed('AGENT_UNAVAILABLE', `the model's endpoint cannot be reached: ${error.message}`, 'Check ANTHROPIC_BASE_URL and the network.');
  throw error;
}
