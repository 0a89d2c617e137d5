import { describe, expect, test } from 'vitest';
import { ok, orThrow } from '../../src/kernel/result.ts';
import type { HttpRequest } from '../../src/ports/http.ts';
import { prometheusPort } from '../../src/ports/metrics.ts';
import { prometheusTransport } from './prometheus-api.ts';
import { storeOf } from './promql/series-notation.ts';

const store = storeOf('15s', {
  'up{job="tikv",instance="a"}': '1x40',
  'up{job="tikv",instance="b"}': '1x19 0x20',
  'requests_total{instance="a"}': '0+15x40',
  'only_late': '_x20 1x20',
});
store.describe('up', { type: 'gauge', help: 'Whether the target answers.' });
let nowMs = 600_000;
const transport = prometheusTransport(store, () => nowMs);

async function get(path: string, query: HttpRequest['query'] = {}) {
  const { status, body, contentType } = orThrow(await transport({ method: 'GET', path, query }));
  return { status, contentType, json: contentType === 'application/json' ? JSON.parse(body) : body };
}

test('an instant query answers in the envelope, with values as strings and times in seconds', async () => {
  expect(await get('/api/v1/query', { query: 'up{instance="b"}', time: '60.5' })).toEqual({
    status: 200,
    contentType: 'application/json',
    json: { status: 'success', data: { resultType: 'vector', result: [{ metric: { __name__: 'up', instance: 'b', job: 'tikv' }, value: [60.5, '1'] }] } },
  });
});

test('a form in a POST means the same as a query in a GET', async () => {
  const answer = orThrow(await transport({ method: 'POST', path: '/api/v1/query', body: 'query=sum%28up%29&time=60' }));
  expect(JSON.parse(answer.body).data.result).toEqual([{ metric: {}, value: [60, '2'] }]);
});

test('scalars are written without exponent, vectors with one', async () => {
  expect((await get('/api/v1/query', { query: '1e-7', time: '0' })).json.data).toEqual({ resultType: 'scalar', result: [0, '0.0000001'] });
  expect((await get('/api/v1/query', { query: 'vector(1e-7)', time: '0' })).json.data.result[0].value[1]).toBe('1e-07');
  expect((await get('/api/v1/query', { query: 'vector(-Inf)', time: '0' })).json.data.result[0].value[1]).toBe('-Inf');
  expect((await get('/api/v1/query', { query: '"text"', time: '0' })).json.data).toEqual({ resultType: 'string', result: [0, 'text'] });
});

test('a range query gives a matrix, and accepts RFC 3339 and durations', async () => {
  const { json } = await get('/api/v1/query_range', { query: 'requests_total + 1', start: '1970-01-01T00:02:00Z', end: '160', step: '20s' });
  expect(json.data).toEqual({ resultType: 'matrix', result: [{ metric: { instance: 'a' }, values: [[120, '121'], [140, '136'], [160, '151']] }] });
});

describe('nothing from the future', () => {
  const at = async (now: number, path: string, query: HttpRequest['query']) => {
    nowMs = now;
    return get(path, query).finally(() => (nowMs = 600_000));
  };

  test('a query about a later time sees only what is known now', async () => {
    expect((await at(290_000, '/api/v1/query', { query: 'up{instance="b"}', time: '590' })).json.data.result).toEqual([]);
    expect((await at(290_000, '/api/v1/query', { query: 'up{instance="b"}', time: '310' })).json.data.result[0].value).toEqual([310, '1']);
    expect((await at(290_000, '/api/v1/query', { query: 'max_over_time(requests_total[1h] @ 600)' })).json.data.result[0].value[1]).toBe('285');
    expect((await at(290_000, '/api/v1/query', { query: 'requests_total offset -5m' })).json.data.result[0]?.value[1] ?? 'none').toBe('none');
  });

  test('series, labels and values that only appear later are not listed', async () => {
    expect((await at(290_000, '/api/v1/label/__name__/values', {})).json.data).toEqual(['requests_total', 'up']);
    expect((await at(310_000, '/api/v1/label/__name__/values', {})).json.data).toEqual(['only_late', 'requests_total', 'up']);
    expect((await at(290_000, '/api/v1/series', { 'match[]': 'only_late', end: '600' })).json.data).toEqual([]);
  });
});

test('series, labels and label values are listed, each once and in order', async () => {
  expect((await get('/api/v1/series', { 'match[]': ['up{instance="a"}', 'up'] })).json.data).toEqual([
    { __name__: 'up', instance: 'a', job: 'tikv' },
    { __name__: 'up', instance: 'b', job: 'tikv' },
  ]);
  expect((await get('/api/v1/labels')).json.data).toEqual(['__name__', 'instance', 'job']);
  expect((await get('/api/v1/label/instance/values', { 'match[]': 'requests_total' })).json.data).toEqual(['a']);
  expect((await get('/api/v1/label/nope/values')).json.data).toEqual([]);
  expect((await get('/api/v1/labels', { limit: '1' })).json).toMatchObject({ data: ['__name__'], warnings: ['results truncated due to limit'] });
});

test('metadata, build info, health and readiness answer', async () => {
  expect((await get('/api/v1/metadata', { metric: 'up' })).json.data).toEqual({ up: [{ type: 'gauge', help: 'Whether the target answers.', unit: '' }] });
  expect((await get('/api/v1/status/buildinfo')).json.data.version).toMatch(/^3\./);
  expect((await get('/-/healthy')).status).toBe(200);
  expect((await get('/-/ready')).status).toBe(200);
});

test('bad requests get the status and error type of a real server', async () => {
  const error = async (path: string, query: HttpRequest['query']) => {
    const { status, json } = await get(path, query);
    return [status, json.errorType, json.error];
  };
  expect(await error('/api/v1/query', { query: 'sum(' })).toEqual([400, 'bad_data', expect.stringContaining('parse error')]);
  expect(await error('/api/v1/query', { query: 'up', time: 'soon' })).toEqual([400, 'bad_data', 'invalid parameter "time": invalid time value for \'time\': cannot parse "soon" to a valid timestamp']);
  expect(await error('/api/v1/query_range', { query: 'up', start: '0', end: '11001', step: '1' })).toEqual([400, 'bad_data', expect.stringContaining('11,000 points')]);
  expect(await error('/api/v1/query_range', { query: 'up', start: '1', end: '0', step: '1' })).toEqual([400, 'bad_data', expect.stringContaining('end timestamp must not be before start time')]);
  expect(await error('/api/v1/query_range', { query: 'up', start: '0', end: '1', step: '0' })).toEqual([400, 'bad_data', expect.stringContaining('zero or negative query resolution')]);
  expect(await error('/api/v1/query_range', { query: 'up[1m]', start: '0', end: '1', step: '1' })).toEqual([400, 'bad_data', expect.stringContaining('invalid expression type "range vector"')]);
  expect(await error('/api/v1/query', { query: 'up * on(job) up', time: '60' })).toEqual([422, 'execution', expect.stringContaining('found duplicate series for the match group {job="tikv"}')]);
  expect(await error('/api/v1/series', {})).toEqual([400, 'bad_data', 'no match[] parameter provided']);
  expect(await error('/api/v1/series', { 'match[]': 'up{' })).toEqual([400, 'bad_data', expect.stringContaining('invalid parameter "match[]": 1:4: parse error')]);
  expect(await error('/api/v1/label/%E0%A4%A/values', {})).toEqual([400, 'bad_data', expect.stringContaining('invalid label name')]);
  expect((await get('/api/v1/nope')).status).toBe(404);
});

test('a query that would never end is stopped', async () => {
  const { status, json } = await get('/api/v1/query', { query: 'sum_over_time(sum_over_time(up[1h:1ms])[30d:1ms])', time: '600' });
  expect([status, json.errorType]).toEqual([422, 'execution']);
});

test('rate of something that is no counter comes with an info', async () => {
  expect((await get('/api/v1/query', { query: 'rate(up[1m])', time: '60' })).json.infos).toEqual([
    'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "up" (1:6)',
  ]);
});

test("the operator's own client reads the answers", async () => {
  const port = prometheusPort(transport, { now: () => nowMs });
  expect(orThrow(await port.query('sum(up)', 60_000))).toEqual([{ labels: {}, atMs: 60_000, value: 2 }]);
  expect(orThrow(await port.query('vector(NaN)', 0))[0]?.value).toBeNaN();
  expect(orThrow(await port.labelValues('instance'))).toEqual(['a', 'b']);
  expect(orThrow(await port.series('requests_total'))).toHaveLength(1);
  expect(orThrow(await port.queryRange('up{instance="a"}', { fromMs: 0, toMs: 30_000, stepMs: 15_000 }))[0]?.points).toEqual([[0, 1], [15_000, 1], [30_000, 1]]);
  expect(await port.query('rate(')).toMatchObject({ ok: false, failure: { code: 'LAB_PROMQL' } });
});

// Expectations of the next two are what a Prometheus 3.5.3 answered.
test('a question may say how far back a sample counts; spans that are none are refused', async () => {
  const asked = { query: 'requests_total', time: '1200' };
  expect((await get('/api/v1/query', asked)).json.data.result).toEqual([]);
  nowMs = 1_200_000;
  expect((await get('/api/v1/query', { ...asked, lookback_delta: '11m', timeout: '5s' })).json.data.result).toHaveLength(1);
  nowMs = 600_000;
  expect((await get('/api/v1/query', { ...asked, lookback_delta: '-1m' })).json.error).toBe('error parsing lookback delta duration: cannot parse "-1m" to a valid duration');
  expect((await get('/api/v1/query', { ...asked, timeout: 'x' })).json.error).toBe('invalid parameter "timeout": cannot parse "x" to a valid duration');
});

test.each([
  ['sum(up)', '1:4: parse error: unexpected "("'],
  ['up[5m]', '1:3: parse error: unexpected "["'],
  ['up offset 5m', '1:4: parse error: unexpected <offset>'],
  ['"up"', '1:1: parse error: unexpected string "\\"up\\""'],
])('match[]=%s is no series selector, and its first wrong word is named', async (selector, because) => {
  expect((await get('/api/v1/series', { 'match[]': selector })).json.error).toBe(`invalid parameter "match[]": ${because}`);
});

test('names of any letters can be asked for in an address, and several selectors give one list in order', async () => {
  const odd = storeOf('15s', { '{"my.metric","a b_c"="x"}': '1', z: '1', b: '1' });
  const ask = async (path: string, query: HttpRequest['query'] = {}) => JSON.parse(orThrow(await prometheusTransport(odd, () => 0)({ method: 'GET', path, query })).body).data;
  expect(await ask('/api/v1/label/U__a_20_b__c/values')).toEqual(['x']);
  expect(await ask('/api/v1/label/a%20b_c/values')).toEqual(['x']);
  expect(await ask('/api/v1/series', { 'match[]': ['z', 'b'] })).toEqual([{ __name__: 'b' }, { __name__: 'z' }]);
});

describe('who asks in the same process is told what the JSON says', () => {
  const inProcess = prometheusPort(transport, { now: () => nowMs });
  const overText = prometheusPort(async (request) => ok({ status: 200, body: orThrow(await transport(request)).body }), { now: () => nowMs });
  const range = { fromMs: 120_500, toMs: 480_250, stepMs: 7_250 };

  test.each([
    'up', 'sum by (job) (up)', 'rate(requests_total[1m]) / 3', 'requests_total * 1e-9', 'requests_total * 1e20', 'up / 0', '0 / (up - up)', '-up * 0', 'absent(only_late)',
    'label_replace(up, "__proto__", "$1", "instance", "(.*)")', 'nothing', '1 / 3', 'vector(time())', 'up[1m]',
  ])('%s', async (promql) => {
    for (const atMs of [123_456, 600_000]) expect(await inProcess.query(promql, atMs)).toStrictEqual(await overText.query(promql, atMs));
    expect(await inProcess.queryRange(promql, range)).toStrictEqual(await overText.queryRange(promql, range));
  });
});
