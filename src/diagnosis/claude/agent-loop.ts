import type { Json } from '../../kernel/json.ts';
import { failed, type Result } from '../../kernel/result.ts';
import { estimatedTokens } from '../tokens.ts';
import { shownAnswer } from '../shown.ts';
import type { Assignment, Diagnosis, Session } from '../contract.ts';
import { Budget, overTime, type Limits } from './budget.ts';
import { Conversation, type ToolResult } from './conversation.ts';
import { askPatiently, type Patience, type Send } from './endpoint.ts';
import { incidentPrompt, type Prompt } from './prompt.ts';
import type { Redactor } from './redact.ts';
import type { ModelBlock, ModelReply } from './stream.ts';
import { Submission } from './submission.ts';

/** Everything around one conversation that can differ from another. */
export interface LoopSetting {
  readonly prompt: Prompt;
  readonly limits: Limits;
  readonly send: Send;
  readonly patience: Omit<Patience, 'onWait'>;
  readonly redactor: Redactor;
  /** Wall time since the diagnosis began. */
  readonly elapsed: () => number;
  /** Aborted when the limit in time is reached. */
  readonly timeUp: AbortSignal;
}

/** The name of the tool that ends the conversation. */
export const submitToolName = 'submit_diagnosis';

type ToolUse = Extract<ModelBlock, { type: 'tool_use' }>;

/** Model turns and tool calls until a diagnosis that keeps the contract, or until something named ends it. */
export class AgentLoop {
  readonly #session: Session;
  readonly #setting: LoopSetting;
  readonly #conversation: Conversation;
  readonly #budget: Budget;
  readonly #submission: Submission;

  constructor(assignment: Assignment, session: Session, setting: LoopSetting) {
    this.#session = session;
    this.#setting = setting;
    this.#conversation = new Conversation(incidentPrompt(assignment));
    this.#budget = new Budget(setting.limits, setting.elapsed);
    this.#submission = new Submission(() => session.desk.observations, session.note);
  }

  async run(): Promise<Result<Diagnosis>> {
    try {
      for (;;) {
        const over = this.#budget.beginTurn();
        if (over && !over.ok) return over;
        const reply = await this.#ask();
        if (!reply.ok) return reply;
        const ended = await this.#take(reply.value);
        if (ended) return ended;
      }
    } catch (error) {
      if (this.#session.signal.aborted) return failed('AGENT_TIMEOUT', 'the model was stopped: the run was interrupted or reached its time limit');
      if (this.#setting.timeUp.aborted) return overTime(this.#setting.limits);
      throw error;
    }
  }

  async #ask(): Promise<Result<ModelReply>> {
    const { prompt, send, patience, timeUp, redactor } = this.#setting;
    const { desk, note, progress, signal } = this.#session;
    progress?.(`turn ${this.#budget.turns}: asking the model`);
    const onWait = (sentence: string): void => {
      progress?.(sentence);
      note({ kind: 'note', text: sentence });
    };
    const request = { system: prompt.system, tools: desk.tools, messages: this.#conversation.messages() };
    const { answer, use } = await askPatiently(send, request, { patience: { ...patience, onWait }, signal: AbortSignal.any([signal, timeUp]) });
    const usage = this.#budget.spend(use);
    if (answer.ok) note({ kind: 'turn', text: textOf(redactor.json(answer.value.content as unknown as Json) as unknown as ModelBlock[]), usage });
    else if (usage.inputTokens + usage.outputTokens > 0) note({ kind: 'turn', text: 'no answer', usage });
    return answer;
  }

  /** Carries out one reply; a result ends the loop. */
  async #take({ content, stopReason, stopDetail }: ModelReply): Promise<Result<Diagnosis> | undefined> {
    const stopped = stoppedBy(stopReason, this.#setting.redactor.text(stopDetail ?? ''));
    if (stopped) return stopped;
    this.#conversation.answered(content);
    const uses = content.filter((block): block is ToolUse => block.type === 'tool_use');
    if (uses.length === 0) return this.#takeWords(textOf(content.filter((block) => block.type === 'text')));
    // All tools of a turn run side by side; their results keep the order in which they were asked for.
    const looks = await Promise.all(uses.map((use) => (use.name === submitToolName ? undefined : this.#look(use))));
    const results: ToolResult[] = [];
    for (const [index, use] of uses.entries()) {
      const taken = looks[index] ?? this.#submit(use);
      if ('ended' in taken) return taken.ended;
      results.push(taken);
    }
    this.#conversation.said(results, this.#budget.warning());
    return undefined;
  }

  #takeWords(text: string): Result<Diagnosis> | undefined {
    const taken = this.#submission.takeText(this.#setting.redactor.text(text));
    if ('ended' in taken) return taken.ended;
    this.#conversation.said([], taken.back, this.#budget.warning());
    return undefined;
  }

  async #look({ id, name, input, malformed }: ToolUse): Promise<ToolResult> {
    const { redactor } = this.#setting;
    if (malformed !== undefined) return { type: 'tool_result', tool_use_id: id, content: notJson, is_error: true };
    const observation = await this.#session.desk.call(redactor.text(name), redactor.json(input));
    const content = shownAnswer(observation);
    this.#session.progress?.(`${observation.id} ${observation.tool}: ${observation.ok ? `about ${estimatedTokens(content)} tokens` : 'refused'}`);
    return { type: 'tool_result', tool_use_id: id, content, is_error: !observation.ok };
  }

  /** Several drafts in one turn are read one after another. */
  #submit({ id, input, malformed }: ToolUse): ToolResult | { readonly ended: Result<Diagnosis> } {
    const taken = this.#submission.take(malformed === undefined ? this.#setting.redactor.json(input) : undefined);
    return 'ended' in taken ? taken : { type: 'tool_result', tool_use_id: id, content: malformed === undefined ? taken.back : notJson, is_error: true };
  }
}

const notJson = 'The arguments are not a JSON object. Call the tool again with arguments that keep its schema.';

function stoppedBy(reason: string, detail: string): Result<never> | undefined {
  const why = detail === '' ? '' : ` (${detail})`;
  if (reason === 'refusal') return failed('AGENT_REFUSED', `the model refused to work on this incident${why}`);
  if (reason === 'max_tokens') return failed('AGENT_TRUNCATED', 'the model was cut off at the limit of one answer', 'Raise output=, or lower the effort.');
  if (reason === 'model_context_window_exceeded') return failed('AGENT_CONTEXT_FULL', 'the conversation fills the context window of the model', 'Ask narrower questions, or lower turns=.');
  return undefined;
}

const textOf = (content: readonly ModelBlock[]): string =>
  content.map((block) => (block.type === 'text' ? block.text : block.type === 'thinking' ? block.thinking : block.type === 'tool_use' ? `→ ${block.name} ${block.malformed ?? JSON.stringify(block.input)}` : '')).filter(Boolean).join('\n');
