import type { Json } from '../../kernel/json.ts';
import { failed, ok, type Result } from '../../kernel/result.ts';
import { readDiagnosis } from '../command/protocol.ts';
import type { Assignment, DeskTool, Diagnosis, Session, TranscriptNote } from '../contract.ts';
import { checkEvidence } from '../evidence.ts';
import { incidentPrompt, systemPrompt } from './prompt.ts';

/** The part of the Messages API's content blocks that the loop touches; other blocks are carried along as they are. */
export type ModelBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: Json }
  | { readonly type: 'thinking'; readonly thinking: string };

/** One turn's question. */
export interface ModelRequest {
  readonly system: string;
  readonly tools: readonly DeskTool[];
  readonly messages: readonly Message[];
}

/** One turn's answer. */
export interface ModelReply {
  readonly content: readonly ModelBlock[];
  readonly stopReason: string;
  readonly usage: NonNullable<TranscriptNote['usage']>;
}

interface ToolResult {
  readonly type: 'tool_result';
  readonly tool_use_id: string;
  readonly content: string;
  readonly is_error: boolean;
}

interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string | readonly ModelBlock[] | readonly ToolResult[];
}

/** Who is asked, and how often at most. */
export interface LoopOptions {
  readonly turnsMax: number;
  readonly ask: (request: ModelRequest, signal: AbortSignal) => Promise<Result<ModelReply>>;
}

/** A tool answer is shown to the model up to here; the desk keeps it whole. */
const shownCharactersMax = 24_000;

/** Model turns and tool calls until a diagnosis that keeps the contract, one repair and one audit included. */
export class AgentLoop {
  readonly #session: Session;
  readonly #options: LoopOptions;
  readonly #messages: Message[];
  #repairs = 0;
  #audited = false;

  constructor(assignment: Assignment, session: Session, options: LoopOptions) {
    this.#session = session;
    this.#options = options;
    this.#messages = [{ role: 'user', content: incidentPrompt(assignment) }];
  }

  async run(): Promise<Result<Diagnosis>> {
    const { desk, note, signal } = this.#session;
    for (let turn = 1; turn <= this.#options.turnsMax; turn++) {
      const reply = await this.#options.ask({ system: systemPrompt, tools: desk.tools, messages: this.#messages }, signal);
      if (!reply.ok) return reply;
      note({ kind: 'turn', text: textOf(reply.value.content), usage: reply.value.usage });
      const ended = await this.#take(reply.value);
      if (ended) return ended;
    }
    return failed('AGENT_BUDGET', `no diagnosis within ${this.#options.turnsMax} turns`);
  }

  /** Carries out one reply; a result ends the loop. */
  async #take({ content, stopReason }: ModelReply): Promise<Result<Diagnosis> | undefined> {
    if (stopReason === 'refusal') return failed('AGENT_REFUSED', 'the model refused to work on this incident');
    if (stopReason === 'max_tokens') return failed('AGENT_BUDGET', 'the model was cut off at its output limit');
    this.#messages.push({ role: 'assistant', content });
    const uses = content.filter((block) => block.type === 'tool_use');
    if (uses.length === 0) return this.#nudge();
    const results: ToolResult[] = [];
    for (const use of uses) {
      const done = use.name === 'submit_diagnosis' ? this.#submit(use.input) : await this.#callTool(use.name, use.input);
      if (done.diagnosis) return ok(done.diagnosis);
      results.push({ type: 'tool_result', tool_use_id: use.id, content: done.text, is_error: done.isError });
    }
    this.#messages.push({ role: 'user', content: results });
    return this.#repairs > 1 ? failed('AGENT_GARBAGE', 'the model submitted something else than a diagnosis, twice') : undefined;
  }

  async #callTool(name: string, input: Json): Promise<{ text: string; isError: boolean; diagnosis?: undefined }> {
    const observation = await this.#session.desk.call(name, input);
    const whole = JSON.stringify({ observation: observation.id, answer: observation.answer });
    const text = whole.length <= shownCharactersMax ? whole : `${whole.slice(0, shownCharactersMax)}… [cut: ${whole.length - shownCharactersMax} more characters; ask more narrowly]`;
    return { text, isError: !observation.ok };
  }

  #submit(input: Json): { text: string; isError: boolean; diagnosis?: Diagnosis } {
    const read = readDiagnosis(input);
    if ('problems' in read) {
      this.#repairs++;
      return { text: `This is not a diagnosis yet:\n${read.problems.join('\n')}`, isError: true };
    }
    const doubts = read.diagnosis.evidence.map((each) => checkEvidence(each, this.#session.desk.observations)).filter(({ check }) => check === 'differs' || check === 'not-found');
    if (doubts.length === 0 || this.#audited) return { text: 'taken', isError: false, diagnosis: read.diagnosis };
    this.#audited = true;
    return { text: `These citations do not hold; correct or drop them, then submit again:\n${doubts.map(({ id, reason }) => `${id}: ${reason}`).join('\n')}`, isError: true };
  }

  #nudge(): Result<Diagnosis> | undefined {
    if (++this.#repairs > 1) return failed('AGENT_GARBAGE', 'the model ended without submitting a diagnosis');
    this.#messages.push({ role: 'user', content: 'Submit your diagnosis with submit_diagnosis, or go on investigating.' });
    return undefined;
  }
}

const textOf = (content: readonly ModelBlock[]): string =>
  content.map((block) => (block.type === 'text' ? block.text : block.type === 'thinking' ? block.thinking : block.type === 'tool_use' ? `→ ${block.name} ${JSON.stringify(block.input)}` : '')).filter(Boolean).join('\n');
