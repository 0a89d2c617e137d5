import { z } from 'zod';
import { type Assignment, type Desk, type Diagnosis, diagnosisSchema } from '../contract.ts';

/** The name of the protocol below; a breaking change gets a new number. */
export const agentProtocol = 'lab.agent/v1';

/** What a turn of the agent's model took, for the cost of a campaign. */
const usageSchema = z.object({ inputTokens: z.number().min(0), outputTokens: z.number().min(0), cachedTokens: z.number().min(0).optional(), costUsd: z.number().min(0).optional() });

/** A line that an agent may write: a tool call, a note for the transcript, or its diagnosis. */
export const agentLineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.union([z.string(), z.number()]).optional(), tool: z.string(), args: z.record(z.string(), z.unknown()).default({}) }),
  z.object({ type: z.literal('note'), text: z.string(), usage: usageSchema.optional() }),
  z.object({ type: z.literal('diagnosis'), diagnosis: z.unknown() }),
]);

/** A line that an agent wrote. */
export type AgentLine = z.infer<typeof agentLineSchema>;

/** The first line that the agent gets: the incident, the tools with their JSON Schemas, and the schema of the answer. */
export function openingLine(assignment: Assignment, desk: Desk): object {
  return {
    type: 'assignment',
    protocol: agentProtocol,
    assignment,
    tools: desk.tools.map(({ name, description, input }) => ({ name, description, inputSchema: z.toJSONSchema(input, { io: 'input' }) })),
    diagnosisSchema: z.toJSONSchema(diagnosisSchema, { io: 'input' }),
  };
}

/** What a line of output is; a bare diagnosis without an envelope is taken as one. */
export type ReadLine = { readonly kind: 'line'; readonly line: AgentLine } | { readonly kind: 'garbage'; readonly because: string };

/** Reads one line of an agent's output. */
export function readAgentLine(text: string): ReadLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: 'garbage', because: `not JSON (${(error as Error).message.slice(0, 120)}): ${text.slice(0, 120)}` };
  }
  if (nestsDeeper(value, nestingMax)) return { kind: 'garbage', because: `nested deeper than ${nestingMax} levels: ${text.slice(0, 120)}` };
  if (value !== null && typeof value === 'object' && 'verdict' in value) return { kind: 'line', line: { type: 'diagnosis', diagnosis: value } };
  const parsed = agentLineSchema.safeParse(value);
  return parsed.success ? { kind: 'line', line: parsed.data } : { kind: 'garbage', because: `not a line of ${agentProtocol}: ${text.slice(0, 120)}` };
}

/** Nothing that an agent has to say needs more; deeper values would break whoever walks them. */
const nestingMax = 64;

function nestsDeeper(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  return levels === 0 || Object.values(value).some((each) => nestsDeeper(each, levels - 1));
}

/** Checks an answer against the contract; the problems are sentences with their place in the document. */
export function readDiagnosis(value: unknown): { readonly diagnosis: Diagnosis } | { readonly problems: readonly string[] } {
  const parsed = diagnosisSchema.safeParse(value);
  if (parsed.success) return { diagnosis: parsed.data };
  return { problems: parsed.error.issues.slice(0, 20).map((issue) => `${issue.path.join('.') || 'diagnosis'}: ${issue.message}`) };
}
