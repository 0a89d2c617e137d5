import type { z } from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import type { Json } from '../../kernel/json.ts';
import type { Result } from '../../kernel/result.ts';
import type { HttpRequest } from '../../ports/http.ts';
import type { Ports } from '../../ports/ports.ts';
import type { KeySeries, SubjectTool } from '../../subjects/contract.ts';
import type { Assignment, DeskTool, ToolObservation } from '../contract.ts';

/** What a tool may read: the ports, cluster time, what was asked, and what was shown before. */
export interface ToolContext {
  readonly ports: Ports;
  readonly clock: Pick<Clock, 'now'>;
  readonly assignment: Assignment;
  readonly observations: readonly ToolObservation[];
  /** What is worth comparing on every node of this database. */
  readonly keySeries: readonly KeySeries[];
  /** Whether a request to the control plane changes nothing. */
  readonly reads: (request: HttpRequest) => boolean;
}

/** A desk tool with its implementation. */
export interface ReadOnlyTool extends DeskTool {
  readonly run: (args: Json, context: ToolContext) => Promise<Result<Json>>;
}

/** Ties a tool's implementation to its input schema; `run` sees only arguments that passed it. */
export function readOnlyTool<S extends z.ZodType>(tool: {
  readonly name: string;
  readonly description: string;
  readonly input: S;
  readonly run: (args: z.infer<S>, context: ToolContext) => Promise<Result<Json>>;
}): ReadOnlyTool {
  return { ...tool, run: (args, context) => tool.run(args as z.infer<S>, context) };
}

/** A tool that the database brings along, on the desk. */
export const fromSubject = ({ name, description, input, run }: SubjectTool): ReadOnlyTool => ({ name, description, input, run: (args, { ports, assignment }) => run(args, { ports, topology: assignment.topology }) });
