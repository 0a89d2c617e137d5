import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { assignmentFor, deskFor, on } from '../fake-ports.test-kit.ts';
import { openingLine, readAgentLine } from './protocol.ts';
import { agentProtocolSchemaText, labLineSchema } from './protocol-schema.ts';

const story = { tickets: ['store-down:tikv-2'], metrics: { up: on('tikv-2', 0, 1) } };
const asSent = (line: object): unknown => JSON.parse(JSON.stringify(line));

describe('the protocol of foreign agents', () => {
  it('is committed as a JSON Schema that says what the code says (npm run schema writes it anew)', () => {
    expect(readFileSync(new URL('../../../schema/agent-protocol.schema.json', import.meta.url), 'utf8')).toBe(agentProtocolSchemaText());
  });

  it('describes the lines that the lab really writes', async () => {
    const desk = deskFor(story);
    const lines = [openingLine(assignmentFor(story), desk), { type: 'observation', id: 1, observation: await desk.call('query', { promql: 'up' }) }, { type: 'observation', id: null, observation: await desk.call('nothing', {}) }, { type: 'rejected', problems: ['verdict: no'] }];
    for (const line of lines) expect(labLineSchema.safeParse(asSent(line)).error && z.prettifyError(labLineSchema.safeParse(asSent(line)).error as z.ZodError)).toBeUndefined();
  });

  it('describes the lines that the lab takes, and not what it refuses', () => {
    for (const line of [{ type: 'note', text: 'hm' }, { type: 'call', tool: 'query', args: { promql: 'up' } }, { type: 'diagnosis', diagnosis: {} }]) expect(readAgentLine(JSON.stringify(line)).kind).toBe('line');
    for (const line of [{ type: 'call' }, { type: 'shout', text: 'hm' }, []]) expect(readAgentLine(JSON.stringify(line)).kind).toBe('garbage');
  });
});
