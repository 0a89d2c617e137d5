import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import type { Json } from '../kernel/json.ts';
import { failed, type Result } from '../kernel/result.ts';
import { nearest } from '../kernel/text.ts';
import type { Ports } from '../ports/ports.ts';
import type { Subject } from '../subjects/contract.ts';
import type { Assignment, Desk, ToolObservation } from './contract.ts';
import { quotedJson } from './quote.ts';
import { bytesWithin, estimatedTokens } from './tokens.ts';
import { shortened } from './tools/bounds.ts';
import { deskTools } from './tools/index.ts';
import { fromSubject, type ReadOnlyTool, type ToolContext } from './tools/tool.ts';

/** No answer is shown longer than this many estimated tokens, whichever tool gave it. */
export const answerTokensMax = 12_000;

/** What a desk is set up over. */
export interface DeskSetting {
  readonly ports: Ports;
  readonly clock: Pick<Clock, 'now'>;
  readonly assignment: Assignment;
  /** What the database brings to the desk: tools of its own, series worth comparing, and which requests only read. */
  readonly subject?: Pick<Subject, 'tools' | 'keySeries' | 'reads'>;
  /** Default: the tools that fit every subject, and the subject's own. */
  readonly tools?: readonly ReadOnlyTool[];
  /** Default: `answerTokensMax`. */
  readonly tokensMax?: number | undefined;
}

const anySubject: NonNullable<DeskSetting['subject']> = { tools: [], keySeries: [], reads: ({ method }) => method === 'GET' };

/** Sets up a desk: the read-only tools over these ports, and the log of everything that they show. */
export function createDesk({ ports, clock, assignment, subject = anySubject, tools = [...deskTools, ...subject.tools.map(fromSubject)], tokensMax = answerTokensMax }: DeskSetting): Desk {
  const observations: ToolObservation[] = [];
  const context: ToolContext = { ports, clock, assignment, observations, keySeries: subject.keySeries, reads: subject.reads };
  let asked = 0;
  let earlier: Promise<void> = Promise.resolve();
  return {
    tools: tools.map(({ name, description, input }) => ({ name, description, input })),
    observations,
    clock,
    call: async (tool, args) => {
      // Numbered when asked and shown in that order, whichever of several ends first: a transcript can be replayed.
      const id = `O${++asked}` as const;
      const atMs = clock.now();
      const [before, shown] = [earlier, Promise.withResolvers<void>()];
      earlier = shown.promise;
      try {
        const result = await runTool({ tool, args, tools }, context);
        await before;
        const answer: Json = result.ok ? result.value : { error: { ...result.failure } };
        const observation: ToolObservation = { id, tool, args, atMs, ok: result.ok, ...bounded(answer, tokensMax) };
        observations.push(observation);
        return observation;
      } finally {
        shown.resolve();
      }
    },
  };
}

/** The same desk with some tools taken away, as if they had never been there. */
export function withoutTools(desk: Desk, names: readonly string[]): Desk {
  if (names.length === 0) return desk;
  const tools = desk.tools.filter(({ name }) => !names.includes(name));
  return {
    tools,
    clock: desk.clock,
    get observations() {
      return desk.observations;
    },
    // An unknown tool is refused in words by the desk itself, and the refusal is kept like any answer.
    call: async (tool, args) => desk.call(names.includes(tool) ? `${tool} (not on this desk)` : tool, args),
  };
}

/** What is shown, and the whole beside it where that is longer. Measured as a model gets it. */
function bounded(answer: Json, tokensMax: number): Pick<ToolObservation, 'answer' | 'whole'> {
  if (estimatedTokens(quotedJson(answer)) <= tokensMax) return { answer };
  return { answer: shortened(answer, (value) => Buffer.byteLength(quotedJson(value)) <= bytesWithin(tokensMax)), whole: answer };
}

async function runTool({ tool: name, args, tools }: { readonly tool: string; readonly args: Json; readonly tools: readonly ReadOnlyTool[] }, context: ToolContext): Promise<Result<Json>> {
  const tool = tools.find((each) => each.name === name);
  if (!tool) {
    const near = nearest(name, tools.map((each) => each.name));
    return failed('DESK_UNKNOWN_TOOL', `there is no tool ${JSON.stringify(name)}`, near === undefined ? `the tools are ${tools.map((each) => each.name).join(', ')}` : `did you mean ${near}?`);
  }
  const parsed = tool.input.safeParse(args);
  if (!parsed.success) return failed('DESK_ARGUMENTS', z.prettifyError(parsed.error), `see the input of ${name}`);
  return tool.run(parsed.data as Json, context);
}
