import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import type { Json } from '../kernel/json.ts';
import { failed, type Result } from '../kernel/result.ts';
import { nearest } from '../kernel/text.ts';
import type { Ports } from '../ports/ports.ts';
import type { Assignment, Desk, ToolObservation } from './contract.ts';
import { deskTools } from './tools/index.ts';
import type { ToolContext } from './tools/tool.ts';

/** Sets up a desk: the read-only tools over these ports, and the log of everything that they show. */
export function createDesk({ ports, clock, assignment }: { readonly ports: Ports; readonly clock: Pick<Clock, 'now'>; readonly assignment: Assignment }): Desk {
  const observations: ToolObservation[] = [];
  const context: ToolContext = { ports, clock, assignment };
  return {
    tools: deskTools.map(({ name, description, input }) => ({ name, description, input })),
    observations,
    clock,
    call: async (tool, args) => {
      const atMs = clock.now();
      const result = await runTool(tool, args, context);
      const answer: Json = result.ok ? result.value : { error: { ...result.failure } };
      const observation: ToolObservation = { id: `O${observations.length + 1}`, tool, args, atMs, ok: result.ok, answer };
      observations.push(observation);
      return observation;
    },
  };
}

async function runTool(name: string, args: Json, context: ToolContext): Promise<Result<Json>> {
  const tool = deskTools.find((each) => each.name === name);
  if (!tool) {
    const near = nearest(name, deskTools.map((each) => each.name));
    return failed('DESK_UNKNOWN_TOOL', `there is no tool ${JSON.stringify(name)}`, near === undefined ? `the tools are ${deskTools.map((each) => each.name).join(', ')}` : `did you mean ${near}?`);
  }
  const parsed = tool.input.safeParse(args);
  if (!parsed.success) return failed('DESK_ARGUMENTS', z.prettifyError(parsed.error), `see the input of ${name}`);
  return tool.run(parsed.data as Json, context);
}
