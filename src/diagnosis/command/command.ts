import type { Json } from '../../kernel/json.ts';
import type { Millis } from '../../kernel/clock.ts';
import { failed, ok, type Result } from '../../kernel/result.ts';
import { wallClock } from '../../kernel/wall-clock.ts';
import type { Assignment, Diagnosis, Diagnostician, Session, TranscriptNote } from '../contract.ts';
import { type AgentExit, AgentProcess } from './agent-process.ts';
import { type AgentLine, openingLine, readAgentLine, readDiagnosis } from './protocol.ts';
import { absoluteWords, splitWords } from './words.ts';

/** Limits of a foreign agent. */
export interface CommandLimits {
  /** Without a line from it for so long, it hangs. Wall time. */
  readonly silenceMs: Millis;
  readonly toolCallsMax: number;
}

const defaultLimits: CommandLimits = { silenceMs: 60_000, toolCallsMax: 200 };

/** Any program that speaks `lab.agent/v1` (JSON lines) on its standard input and output. */
export function command(line: string, fromDir: string, limits: CommandLimits = defaultLimits): Diagnostician {
  const words = absoluteWords(splitWords(line), fromDir);
  return {
    name: `command:${line}`,
    fingerprint: () => `command/1 ${line}`,
    ready: () => (words.length > 0 ? ok(undefined) : failed('AGENT_UNAVAILABLE', 'command: needs a program', 'Write it as --diagnostician "command:python3 agent.py".')),
    diagnose: (assignment, session) => new Conversation(words, { assignment, session, limits }).run(),
  };
}

/** One conversation with one process, from the opening line to its end. */
class Conversation {
  readonly #assignment: Assignment;
  readonly #session: Session;
  readonly #limits: CommandLimits;
  readonly #process: AgentProcess;
  readonly #garbage: string[] = [];
  readonly #output: string[] = [];
  #work: Promise<void> = Promise.resolve();
  #lines = 0;
  #toolCalls = 0;
  #rejections = 0;
  #settle: (result: Result<Diagnosis> | Promise<never>) => void = () => {};

  constructor(words: readonly string[], context: { assignment: Assignment; session: Session; limits: CommandLimits }) {
    this.#assignment = context.assignment;
    this.#session = context.session;
    this.#limits = context.limits;
    // Lines are worked off one after another, in the order in which they came.
    this.#process = new AgentProcess(words, (line) => {
      this.#lines++;
      // What breaks here is a bug of ours and must end the run; a rejection that nobody awaits would end the process.
      this.#work = this.#work.then(() => this.#read(line)).catch((error: unknown) => this.#settle(Promise.reject(error)));
    });
  }

  async run(): Promise<Result<Diagnosis>> {
    const settled = new Promise<Result<Diagnosis>>((resolve) => {
      this.#settle = resolve;
    });
    const done = new AbortController();
    const stop = () => this.#settle(failed('AGENT_TIMEOUT', 'the agent was stopped at its time limit'));
    this.#session.signal.addEventListener('abort', stop, { once: true });
    this.#process.send(openingLine(this.#assignment, this.#session.desk));
    void this.#process.exited.then(async (exit) => {
      await this.#work;
      this.#settle(this.#explainExit(exit));
    });
    void this.#watchSilence(done.signal);
    try {
      return await settled;
    } finally {
      done.abort();
      this.#session.signal.removeEventListener('abort', stop);
      this.#process.end();
    }
  }

  async #read(text: string): Promise<void> {
    this.#output.push(text);
    const read = readAgentLine(text);
    if (read.kind === 'garbage') return void this.#garbage.push(read.because);
    switch (read.line.type) {
      case 'note':
        return this.#session.note(noteOf(read.line));
      case 'call':
        return this.#answerCall(read.line);
      case 'diagnosis':
        return this.#take(read.line.diagnosis);
    }
  }

  async #answerCall(call: { id?: string | number | undefined; tool: string; args: Record<string, unknown> }): Promise<void> {
    if (++this.#toolCalls > this.#limits.toolCallsMax) return this.#settle(failed('AGENT_BUDGET', `the agent made more than ${this.#limits.toolCallsMax} tool calls`));
    const observation = await this.#session.desk.call(call.tool, call.args as Json);
    this.#process.send({ type: 'observation', id: call.id ?? null, observation });
  }

  /** A diagnosis that breaks the contract is handed back once with its problems. */
  #take(value: unknown): void {
    const read = readDiagnosis(value);
    if ('diagnosis' in read) return this.#settle(ok(read.diagnosis));
    this.#garbage.push(`diagnosis refused: ${read.problems.join('; ')}`);
    if (++this.#rejections > 1) return this.#settle(failed('AGENT_GARBAGE', this.#garbage.at(-1) ?? ''));
    this.#process.send({ type: 'rejected', problems: read.problems });
  }

  #explainExit(exit: AgentExit): Result<Diagnosis> {
    if (exit.spawnError !== undefined) return failed('AGENT_UNAVAILABLE', `the agent could not be started: ${exit.spawnError}`, 'Check the program after command:.');
    if (exit.flooded === true) return failed('AGENT_GARBAGE', 'the agent printed more than 16 MB, which is no diagnosis');
    // A simple program may print one diagnosis over several lines and end.
    const whole = readDiagnosis(parsedOrUndefined(this.#output.join('\n')));
    if ('diagnosis' in whole) return ok(whole.diagnosis);
    const words = this.#process.lastWords;
    if (exit.signal !== null || exit.code !== 0) {
      const how = exit.signal === null ? `exit code ${exit.code}` : exit.signal;
      return failed('AGENT_CRASHED', `the agent ended with ${how} and gave no diagnosis${words === '' ? '' : `; its last words: ${words}`}`);
    }
    if (this.#garbage.length > 0) return failed('AGENT_GARBAGE', `the agent's output breaks the contract: ${this.#garbage.at(-1)}`, 'docs/agents.md shows each line that an agent may print; everything else belongs on stderr');
    return failed('AGENT_CRASHED', 'the agent ended without a word', 'it has to print its diagnosis as JSON before it ends: docs/agents.md');
  }

  async #watchSilence(done: AbortSignal): Promise<void> {
    for (let seen = -1; seen !== this.#lines; ) {
      seen = this.#lines;
      try {
        await wallClock.sleep(this.#limits.silenceMs, done);
      } catch {
        return;
      }
    }
    this.#settle(failed('AGENT_TIMEOUT', `the agent hangs: nothing from it for ${this.#limits.silenceMs / 1000} s`));
  }
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A note that tells what a model took is a turn of that model. */
function noteOf({ text, usage }: Extract<AgentLine, { type: 'note' }>): TranscriptNote {
  if (usage === undefined) return { kind: 'note', text };
  const { inputTokens, outputTokens, cachedTokens, costUsd } = usage;
  return { kind: 'turn', text, usage: { inputTokens, outputTokens, ...(cachedTokens !== undefined && { cachedTokens }), ...(costUsd !== undefined && { costUsd }) } };
}
