import { z } from 'zod';
import { diagnosisSchema } from '../contract.ts';
import { agentLineSchema, agentProtocol } from './protocol.ts';

const json = z.unknown();
const node = z.object({ id: z.string(), role: z.string(), host: z.string(), aliases: z.array(z.string()).describe('every other name it goes by') });
const ticket = z.looseObject({ id: z.string(), key: z.string().describe('invariant:component'), invariant: z.string(), component: z.string(), severity: z.enum(['critical', 'warning']), openedAtMs: z.number(), firstSeenMs: z.number(), detail: z.string() });

const assignment = z.object({
  subject: z.string().describe('which database, e.g. tikv'),
  incident: z.object({ id: z.string(), openedAtMs: z.number(), tickets: z.array(ticket).describe('none: a routine check') }),
  topology: z.object({ nodes: z.array(node) }),
  actions: z.array(z.looseObject({ name: z.string(), title: z.string(), reversible: z.boolean(), risk: z.string() })).describe('what an operator could do; options use these names'),
  quiet: z.object({ fromMs: z.number(), toMs: z.number() }).describe('a stretch of ordinary operation to compare with'),
  nowMs: z.number(),
});

const observation = z.object({
  id: z.string().regex(/^O\d+$/).describe('to be cited'),
  tool: z.string(),
  args: json,
  atMs: z.number(),
  ok: z.boolean().describe('false: the answer is {error: {code, because, advice}}'),
  answer: json.describe('a long one is cut and says so under `cut`; read_more reads on'),
});

/** A line that an agent reads: the opening, the answer to a call, or the problems of a diagnosis. */
export const labLineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('assignment'), protocol: z.literal(agentProtocol), assignment,
    tools: z.array(z.object({ name: z.string(), description: z.string(), inputSchema: json.describe('JSON Schema of its args') })),
    diagnosisSchema: json.describe('JSON Schema of the diagnosis'),
  }),
  z.object({ type: z.literal('observation'), id: z.union([z.string(), z.number(), z.null()]).describe('the id of the call, null where it had none'), observation }),
  z.object({ type: z.literal('rejected'), problems: z.array(z.string()).describe('the diagnosis may be handed in once more') }),
]);

/** Both directions of the protocol as one JSON Schema, the form that is committed as `schema/agent-protocol.schema.json`. */
export function agentProtocolSchemaText(): string {
  const fromAgent = z.union([agentLineSchema, diagnosisSchema.describe('a bare diagnosis is taken as one, on one line or over several')]);
  const asJson = (schema: z.ZodType): object => {
    const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input' }) as { $schema?: string };
    return rest;
  };
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: agentProtocol,
    description: 'One JSON document a line: what the lab writes to the standard input of an agent, and what the agent writes to its standard output.',
    anyOf: [{ $ref: '#/$defs/fromLab' }, { $ref: '#/$defs/fromAgent' }],
    $defs: { fromLab: asJson(labLineSchema), fromAgent: asJson(fromAgent), diagnosis: asJson(diagnosisSchema) },
  };
  return `${JSON.stringify(schema, null, 1)}\n`;
}
