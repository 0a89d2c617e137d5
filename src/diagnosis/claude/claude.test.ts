import { afterEach, describe, expect, it } from 'vitest';
import { emptyAssignment, fakeSession } from '../fake-desk.test-kit.ts';
import { claude, claudeNamed, type WireTimes } from './claude.ts';
import { FakeMessagesApi, type Script, type Turn } from './messages-api.test-kit.ts';
import { speaks, use } from './messages-stream.test-kit.ts';
import type { ClaudeOptions } from './options.ts';

const key = 'test-key-not-real';
/** Patient with a loaded machine; only where the endpoint is silent on purpose is silence told soon. */
const quick: WireTimes = { triesMax: 3, firstWaitMs: 1, longestWaitMs: 4, silenceMs: 15_000 };
const names = ['ANTHROPIC_BASE_URL', 'ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'];
afterEach(() => names.forEach((name) => delete process.env[name]));

const diagnosis = (value: number) => ({
  verdict: 'fault', summary: 'a store is down',
  rootCauses: [{ component: 'tikv-2', kind: 'process-crash', mechanism: 'it ended', onset: 1 }],
  impact: [], hypotheses: [], options: [], recommendation: null, confidence: 0.8,
  evidence: [{ id: 'E1', claim: 'up is 0', observation: 'O1', path: '/result', asserts: { op: 'eq', value } }],
});
const query = (promql = 'up', id?: string) => use('query', { promql }, id);
const submits = (value: number, id?: string) => speaks(use('submit_diagnosis', diagnosis(value), id));

/** Runs the agent against a script, over HTTP. */
async function run(script: Script | readonly Turn[], { options = {}, signal }: { options?: Partial<ClaudeOptions>; signal?: AbortSignal } = {}) {
  const silent = Array.isArray(script) && script.some((turn: Turn) => turn.kind === 'silence') && options.minutesMax === undefined;
  await using api = await FakeMessagesApi.start(script, key);
  process.env['ANTHROPIC_BASE_URL'] = api.url;
  process.env['ANTHROPIC_API_KEY'] = key;
  const lines: string[] = [];
  const { session, notes, observations } = fakeSession({ result: 0 }, signal);
  const result = await claude(options, silent ? { ...quick, silenceMs: 100 } : quick).diagnose(emptyAssignment, { ...session, progress: (line) => lines.push(line) });
  expect(api.complaints).toEqual([]);
  return { result, notes, observations, lines, requests: api.requests };
}

const status = (code: number, type: string, headers: Record<string, string> = {}): Turn => ({ kind: 'status', status: code, type, message: `told as ${type}`, headers });

describe('claude at work', () => {
  it('asks the desk, then hands in what the model submits, and keeps each turn with its tokens and its price', async () => {
    const { result, notes, requests, lines } = await run([speaks({ type: 'thinking', thinking: 'Is it down?\nLook at up.' }, query()), submits(0)]);
    expect(result).toMatchObject({ ok: true, value: { verdict: 'fault' } });
    expect(requests[0]?.body.tools.map((tool) => tool.name)).toEqual(['query', 'submit_diagnosis']);
    const turns = notes.filter((note) => note.kind === 'turn');
    expect(turns.map((note) => note.usage)).toEqual([{ inputTokens: 100, outputTokens: 50, cachedTokens: 0, costUsd: 0.0014 }, { inputTokens: 100, outputTokens: 50, cachedTokens: 0, costUsd: 0.0014 }]);
    expect(turns[0]?.text).toContain('→ query {"promql":"up"}');
    expect(lines).toEqual(expect.arrayContaining(['thinks: Is it down? Look at up.', 'asks query {"promql":"up"}', expect.stringMatching(/^O1 query: about \d+ tokens$/)]));
  });

  it('runs several tools of one turn side by side and gives each result to the call that asked for it', async () => {
    const { requests, observations } = await run([speaks(query('a', 't1'), query('b', 't2'), query('c', 't3')), submits(0)]);
    expect(observations.map((each) => each.args)).toEqual([{ promql: 'a' }, { promql: 'b' }, { promql: 'c' }]);
    const results = requests[1]?.body.messages.at(-1)?.content ?? [];
    expect(results.map((block) => [block.tool_use_id, block.content?.match(/O\d/)?.[0]])).toEqual([['t1', 'O1'], ['t2', 'O2'], ['t3', 'O3']]);
  });

  it('marks tools and instructions for the cache, and the two newest ends of the conversation', async () => {
    const { requests } = await run([speaks(query('a', 't1')), speaks(query('b', 't2')), speaks(query('c', 't3')), submits(0)]);
    for (const { body } of requests) expect(body.system[0]?.cache_control).toEqual({ type: 'ephemeral' });
    const marked = requests.at(-1)?.body.messages.flatMap(({ content }, index) => (content.some((block) => block.cache_control) ? [index] : []));
    expect(marked).toEqual([4, 6]);
    const [before, after] = [requests[1]?.body, requests[2]?.body];
    expect(JSON.stringify(after?.tools)).toBe(JSON.stringify(before?.tools));
    expect(JSON.stringify(unmarked(after?.messages.slice(0, 3)))).toBe(JSON.stringify(unmarked(before?.messages)));
  });

  it('gives the model its signed thinking back unchanged', async () => {
    const { requests } = await run([speaks({ type: 'thinking', thinking: 'hm' }, query()), submits(0)]);
    expect(requests[1]?.body.messages[1]?.content[0]).toEqual({ type: 'thinking', thinking: 'hm', signature: 'c2lnbmVk' });
  });

  it('is told once which of its citations do not hold, by the check that the judge uses', async () => {
    const { result, requests, notes } = await run([speaks(query()), submits(7), submits(0, 'again')]);
    expect(result).toMatchObject({ ok: true, value: { evidence: [{ asserts: { value: 0 } }] } });
    expect(requests[2]?.body.messages.at(-1)?.content[0]?.content).toContain('E1 differs: O1/result is 0, said to be equal to 7');
    expect(notes.map((note) => note.text)).toContain('check of the draft: 1 of 1 citations hold');
  });

  it('may repair a draft that breaks the contract once', async () => {
    const { result, requests } = await run([speaks(query()), speaks(use('submit_diagnosis', { verdict: '?' })), submits(0)]);
    expect(result.ok).toBe(true);
    expect(requests[2]?.body.messages.at(-1)?.content[0]?.content).toContain('verdict');
  });

  it('may also write its diagnosis as the text of its last answer', async () => {
    const { result } = await run([speaks(query()), speaks({ type: 'text', text: `Here it is:\n\`\`\`json\n${JSON.stringify(diagnosis(0))}\n\`\`\`` })]);
    expect(result.ok).toBe(true);
  });

  it('is told when arguments are not JSON, and goes on', async () => {
    const { result, requests, observations } = await run([speaks(use('query', '{"promql": "up', 'broken')), speaks(query()), submits(0)]);
    expect(result.ok).toBe(true);
    expect(requests[1]?.body.messages.at(-1)?.content[0]).toMatchObject({ tool_use_id: 'broken', is_error: true, content: expect.stringContaining('not a JSON object') });
    expect(observations).toHaveLength(1);
  });

  it('asks for effort, and for a temperature only when one is chosen', async () => {
    const { requests } = await run([speaks(query()), submits(0)], { options: { effort: 'low' } });
    expect(requests[0]?.body.output_config).toEqual({ effort: 'low' });
    expect(requests[0]?.body).not.toHaveProperty('temperature');
    await using api = await FakeMessagesApi.start([]);
    process.env['ANTHROPIC_BASE_URL'] = api.url;
    process.env['ANTHROPIC_API_KEY'] = key;
    const refused = await claude({ temperature: 0.2 }, quick).diagnose(emptyAssignment, fakeSession(0).session);
    expect(refused).toMatchObject({ ok: false, failure: { code: 'ENDPOINT_BAD_REQUEST', because: expect.stringContaining('temperature') } });
  });

  it('works without the strict schema where an endpoint cannot take it', async () => {
    const { result, requests } = await run([status(400, 'invalid_request_error'), speaks(query()), submits(0)].map((turn, i) => (i === 0 ? { ...turn, message: 'tools.1.custom.strict: schema is too complex' } as Turn : turn)));
    expect(result.ok).toBe(true);
    expect(requests.map(({ body }) => body.tools.at(-1)?.strict)).toEqual([true, undefined, undefined]);
  });
});

const unmarked = (messages: unknown): unknown => JSON.parse(JSON.stringify(messages ?? null), (name, value) => (name === 'cache_control' ? undefined : value));

describe('claude when the endpoint or the model does not do its part', () => {
  const cut = { content: [{ type: 'text', text: 'a long thought about stores' }] } as const;
  it.each([
    ['a bad request', [status(400, 'invalid_request_error')], 'ENDPOINT_BAD_REQUEST', 1],
    ['a refused key', [status(401, 'authentication_error')], 'ENDPOINT_KEY_REFUSED', 1],
    ['a key without the right', [status(403, 'permission_error')], 'ENDPOINT_KEY_REFUSED', 1],
    ['an unknown model', [status(404, 'not_found_error')], 'ENDPOINT_BAD_REQUEST', 1],
    ['a conversation that is too large', [status(413, 'request_too_large')], 'AGENT_CONTEXT_FULL', 1],
    ['a limited rate that stays', Array(3).fill(status(429, 'rate_limit_error', { 'retry-after-ms': '1' })), 'ENDPOINT_RATE_LIMITED', 3],
    ['an endpoint that fails again and again', Array(3).fill(status(500, 'api_error')), 'ENDPOINT_ERROR', 3],
    ['an endpoint that stays overloaded', Array(3).fill(status(529, 'overloaded_error')), 'ENDPOINT_OVERLOADED', 3],
    ['an overload inside the stream', Array(3).fill({ kind: 'error-event', type: 'overloaded_error', message: 'Overloaded' }), 'ENDPOINT_OVERLOADED', 3],
    ['a connection that breaks under the answer', Array(3).fill({ kind: 'cut', afterEvents: 4, ...cut }), 'ENDPOINT_STREAM_CUT', 3],
    ['a stream that ends too early', Array(3).fill({ kind: 'short', afterEvents: 4, ...cut }), 'ENDPOINT_STREAM_CUT', 3],
    ['silence after the headers', Array(3).fill({ kind: 'silence', afterHeaders: true }), 'ENDPOINT_TIMEOUT', 3],
    ['silence from the start', Array(3).fill({ kind: 'silence', afterHeaders: false }), 'ENDPOINT_TIMEOUT', 3],
    ['a web page instead of the API', Array(3).fill({ kind: 'raw', body: '<html>log in</html>', contentType: 'text/html' }), 'ENDPOINT_GARBAGE', 3],
    ['a refusal', [{ ...speaks(), stop: 'refusal', stopDetails: { category: 'cyber', explanation: 'looks like an attack' } }], 'AGENT_REFUSED', 1],
    ['an answer cut at its limit', [{ ...speaks({ type: 'text', text: 'I was about to' }), stop: 'max_tokens' }], 'AGENT_TRUNCATED', 1],
    ['a full context window', [{ ...speaks({ type: 'text', text: 'so much' }), stop: 'model_context_window_exceeded' }], 'AGENT_CONTEXT_FULL', 1],
    ['words without a diagnosis, twice', [speaks({ type: 'text', text: 'hm' }), speaks({ type: 'text', text: 'hm' })], 'AGENT_GARBAGE', 2],
    ['nothing at all, twice', [speaks(), speaks()], 'AGENT_GARBAGE', 2],
    ['two things that are no diagnosis', [speaks(use('submit_diagnosis', { verdict: '?' })), speaks(use('submit_diagnosis', { verdict: '?' }))], 'AGENT_GARBAGE', 2],
  ] as [string, Turn[], string, number][])('names %s and keeps what was said', async (_what, turns, code, asked) => {
    const { result, requests } = await run(turns);
    expect(result).toMatchObject({ ok: false, failure: { code } });
    // A try that is given up may not have arrived on a loaded machine.
    if (turns[0]?.kind === 'silence') expect(JSON.stringify(result)).toContain(`after ${asked} tries`);
    else expect(requests).toHaveLength(asked);
  });

  it('tries again and says so: overloaded, then a broken answer, then well', async () => {
    const { result, notes, lines } = await run([status(529, 'overloaded_error'), { kind: 'cut', afterEvents: 3, ...cut }, speaks(query()), submits(0)]);
    expect(result.ok).toBe(true);
    expect(notes.filter((note) => note.kind === 'note').map((note) => note.text)).toEqual(expect.arrayContaining([expect.stringContaining('overloaded (529 overloaded_error): told as overloaded_error; try 2 of 3')]));
    expect(lines.some((line) => line.includes('broke off'))).toBe(true);
  });

  it.each([['seconds', { 'retry-after': '0.3' }], ['milliseconds', { 'retry-after-ms': '300' }]])('waits as long as the endpoint asks, in %s', async (_unit, headers) => {
    const { result, lines } = await run([status(429, 'rate_limit_error', headers as Record<string, string>), speaks(query()), submits(0)]);
    expect(result.ok).toBe(true);
    expect(lines.find((line) => line.includes('429'))).toMatch(/try 2 of 3 in 0\.3 s, as the endpoint asks/);
  });

  it('waits for a model that thinks long, as long as the connection shows life', async () => {
    await using api = await FakeMessagesApi.start([{ ...submits(0), kind: 'ponders', pings: 5, everyMs: 250 }]);
    process.env['ANTHROPIC_BASE_URL'] = api.url;
    process.env['ANTHROPIC_API_KEY'] = key;
    const { session } = fakeSession({ result: 0 });
    await session.desk.call('query', {});
    expect(await claude({}, { ...quick, triesMax: 1, silenceMs: 900 }).diagnose(emptyAssignment, session)).toMatchObject({ ok: true });
  });

  it('says that nobody answers at an address', async () => {
    const gone = await FakeMessagesApi.start([]);
    process.env['ANTHROPIC_BASE_URL'] = gone.url;
    await gone[Symbol.asyncDispose]();
    process.env['ANTHROPIC_API_KEY'] = key;
    expect(await claude({}, quick).diagnose(emptyAssignment, fakeSession(0).session)).toMatchObject({ ok: false, failure: { code: 'ENDPOINT_UNREACHABLE', because: expect.stringContaining('ECONNREFUSED') } });
  });
});

describe('claude within its budget', () => {
  const again: Script = (_request, index) => ({ ...speaks(query('up', `t${index}`)), usage: { input_tokens: 1_000, output_tokens: 100 } });
  it.each([
    ['turns', { turnsMax: 4 }, '4 turns', 4],
    ['tokens', { tokensMax: 2_700 }, '2700 tokens', 3],
    ['dollars', { costMaxUsd: 0.01 }, '$0.01', 2],
  ] as [string, Partial<ClaudeOptions>, string, number][])('ends when its %s are used up, and is warned before', async (_what, options, because, asked) => {
    const { result, requests } = await run(again, { options });
    expect(result).toMatchObject({ ok: false, failure: { code: 'AGENT_BUDGET', because: expect.stringContaining(because) } });
    expect(requests).toHaveLength(asked);
    if (asked > 2) expect(requests.at(-1)?.text).toContain('Your budget is nearly used up');
  });

  it('ends when its time is up, also in the middle of an answer', async () => {
    const { result } = await run([{ kind: 'silence', afterHeaders: true }], { options: { minutesMax: 0.001 } });
    expect(result).toMatchObject({ ok: false, failure: { code: 'AGENT_BUDGET', because: expect.stringContaining('minutes') } });
  });

  it('ends at once when the run is stopped', async () => {
    const stop = new AbortController();
    const { result } = await run(() => {
      stop.abort(new Error('stopped'));
      return { kind: 'silence', afterHeaders: true };
    }, { signal: stop.signal });
    expect(result).toMatchObject({ ok: false, failure: { code: 'AGENT_TIMEOUT' } });
  });
});

describe('claude before it begins', () => {
  it('says what to set when there is no key, and when the key cannot be one', () => {
    expect(claude().ready?.()).toMatchObject({ ok: false, failure: { code: 'AGENT_UNAVAILABLE', because: expect.stringContaining('ANTHROPIC_API_KEY'), advice: expect.stringContaining('Set it') } });
    process.env['ANTHROPIC_API_KEY'] = 'sk two words\nand a line';
    const odd = claude().ready?.();
    expect(odd).toMatchObject({ ok: false, failure: { because: expect.stringContaining('no HTTP header') } });
    expect(JSON.stringify(odd)).not.toContain('two words');
  });

  it('reads its options from one word and refuses what it does not know', () => {
    const named = claudeNamed('claude-sonnet-5-5,effort=low,turns=5,usd=0.5,without=changes+alerts', '/');
    expect(named.ok && named.value.name).toBe('claude:claude-sonnet-5-5,effort=low,turns=5,usd=0.5,without=changes+alerts');
    expect(named.ok && named.value.fingerprint()).toMatch(/^claude\/2 claude-sonnet-5-5 effort\.low without\.alerts\+changes turns\.5 .* usd\.0\.5 .* diagnose\.v2-[0-9a-f]{8}\/vocabulary\.\d+$/);
    expect(claudeNamed('effort=loud', '/')).toMatchObject({ ok: false, failure: { code: 'LAB_USAGE', because: expect.stringContaining('low | medium') } });
    expect(claudeNamed('efort=low', '/')).toMatchObject({ ok: false, failure: { advice: 'Did you mean "effort"?' } });
  });

  it('has another fingerprint with another prompt, and says when that cannot be read', () => {
    const own = claudeNamed('prompt=src/diagnosis/quote.ts', process.cwd());
    expect(own.ok && own.value.fingerprint()).toContain('own-');
    const missing = claudeNamed('prompt=no/such/file.md', '/');
    expect(missing.ok && missing.value.ready?.()).toMatchObject({ ok: false, failure: { because: expect.stringContaining('cannot be read') } });
  });
});
