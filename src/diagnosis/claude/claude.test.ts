import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claude } from './claude.ts';
import { emptyAssignment, fakeSession } from '../fake-desk.test-kit.ts';

type Reply = { status: number; body: object };
const message = (content: object[], stop_reason = 'tool_use'): Reply => ({
  status: 200,
  body: { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content, stop_reason, stop_sequence: null, usage: { input_tokens: 10, output_tokens: 5 } },
});
const use = (name: string, input: object) => ({ type: 'tool_use', id: `toolu_${name}`, name, input });

let server: Server;
let replies: Reply[] = [];
let asked: { messages: { content: unknown }[]; tools: { name: string }[] }[] = [];

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

beforeEach(async () => {
  [replies, asked] = [[], []];
  server = createServer(async (request, response) => {
    asked.push(JSON.parse(await bodyOf(request)));
    const { status, body } = replies.shift() ?? { status: 500, body: { type: 'error', error: { type: 'api_error', message: 'no reply left' } } };
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '1' }).end(JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  process.env['ANTHROPIC_BASE_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env['ANTHROPIC_API_KEY'] = 'test-key-not-real';
});

afterEach(async () => {
  delete process.env['ANTHROPIC_BASE_URL'];
  delete process.env['ANTHROPIC_API_KEY'];
  await new Promise((done) => server.close(done));
});

const session = (signal?: AbortSignal) => fakeSession({ result: 0 }, signal);

const diagnosis = (value: number) => ({
  verdict: 'fault', summary: 'a store is down',
  rootCauses: [{ component: 'tikv-2', kind: 'process-crash', mechanism: 'it ended', onset: 1 }],
  impact: [], hypotheses: [], options: [], recommendation: null, confidence: 0.8,
  evidence: [{ id: 'E1', claim: 'up is 0', observation: 'O1', path: '/result', asserts: { op: 'eq', value } }],
});

describe('claude', () => {
  it('asks the desk, then hands in what the model submits, and keeps each turn with its tokens', async () => {
    replies = [message([use('query', { promql: 'up' })]), message([use('submit_diagnosis', diagnosis(0))])];
    const { session: at, notes } = session();
    const result = await claude().diagnose(emptyAssignment, at);
    expect(result).toMatchObject({ ok: true, value: { verdict: 'fault' } });
    expect(asked[0]?.tools.map((tool) => tool.name)).toEqual(['query', 'submit_diagnosis']);
    expect(notes).toHaveLength(2);
    expect(notes[0]?.usage).toMatchObject({ inputTokens: 10, outputTokens: 5 });
  });

  it('is told once which of its citations do not hold', async () => {
    replies = [message([use('query', { promql: 'up' })]), message([use('submit_diagnosis', diagnosis(7))]), message([use('submit_diagnosis', diagnosis(0))])];
    const result = await claude().diagnose(emptyAssignment, session().session);
    expect(result).toMatchObject({ ok: true, value: { evidence: [{ asserts: { value: 0 } }] } });
    expect(JSON.stringify(asked[2]?.messages.at(-1))).toContain('do not hold');
  });

  it.each([
    ['a refused key', [{ status: 401, body: { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } } }], 'AGENT_UNAVAILABLE'],
    ['a bad request', [{ status: 400, body: { type: 'error', error: { type: 'invalid_request_error', message: 'no' } } }], 'AGENT_UNAVAILABLE'],
    ['a refusal', [message([], 'refusal')], 'AGENT_REFUSED'],
    ['a cut answer', [message([], 'max_tokens')], 'AGENT_BUDGET'],
    ['words without a diagnosis', [message([{ type: 'text', text: 'hm' }], 'end_turn'), message([{ type: 'text', text: 'hm' }], 'end_turn')], 'AGENT_GARBAGE'],
    ['two things that are no diagnosis', [message([use('submit_diagnosis', { verdict: '?' })]), message([use('submit_diagnosis', { verdict: '?' })])], 'AGENT_GARBAGE'],
  ])('names %s', async (_what, given, code) => {
    replies = given as Reply[];
    expect(await claude().diagnose(emptyAssignment, session().session)).toMatchObject({ ok: false, failure: { code } });
  });

  it('tries again when the endpoint is overloaded', async () => {
    replies = [{ status: 529, body: { type: 'error', error: { type: 'overloaded_error', message: 'busy' } } }, message([use('query', { promql: 'up' })]), message([use('submit_diagnosis', diagnosis(0))])];
    expect((await claude().diagnose(emptyAssignment, session().session)).ok).toBe(true);
  });

  it('says what to set when there is no key', () => {
    delete process.env['ANTHROPIC_API_KEY'];
    const ready = claude().ready?.();
    expect(ready).toMatchObject({ ok: false, failure: { code: 'AGENT_UNAVAILABLE', because: expect.stringContaining('ANTHROPIC_API_KEY') } });
  });
});
