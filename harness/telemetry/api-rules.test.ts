import { describe, expect, test } from 'vitest';
import { orThrow } from '../../src/kernel/result.ts';
import type { HttpRequest } from '../../src/ports/http.ts';
import { promDuration, rfc3339 } from './api-format.ts';
import { prometheusTransport, type ApiCompanions } from './prometheus-api.ts';
import { storeOf } from './promql/series-notation.ts';
import { RuleEngine } from './rules/rule-engine.ts';
import { parseRuleFile } from './rules/rule-file.ts';
import { MetricStore } from './store.ts';

const file = `
groups:
- name: first
  interval: 15s
  rules:
  - {alert: Down, expr: up == 0, for: 20s, labels: {level: high}, annotations: {say: '{{ $labels.instance }}: {{ $value }}'}}
  - {record: 'up:sum', expr: sum(up), labels: {kind: sum}}
- name: second
  rules:
  - {alert: Never, expr: up > 1, keep_firing_for: 1m}
`;

function api(nowMs = 45_500) {
  const store = storeOf('15s', { 'up{instance="a"}': '1 0 0 0', 'up{instance="b"}': '1x3' });
  const rules = new RuleEngine(store, { groups: orThrow(parseRuleFile(file, { file: 'my.yml' })), fromMs: 0 });
  return asking(store, nowMs, { rules });
}

function asking(store: MetricStore, nowMs: number, companions: ApiCompanions) {
  const transport = prometheusTransport(store, () => nowMs, companions);
  return async (path: string, query: HttpRequest['query'] = {}) => {
    const { status, body } = orThrow(await transport({ method: 'GET', path: `/api/v1/${path}`, query }));
    return { status, ...JSON.parse(body) };
  };
}

const alert = { labels: { alertname: 'Down', instance: 'a', level: 'high' }, annotations: { say: 'a: 0' }, state: 'firing', activeAt: '1970-01-01T00:00:15Z', value: '0e+00' };

describe('rules', () => {
  test('are told as Prometheus tells them, evaluated up to now', async () => {
    const { data } = await api()('rules');
    expect(data.groups).toEqual([
      {
        name: 'first', file: 'my.yml', interval: 15, limit: 0, evaluationTime: 0, lastEvaluation: '1970-01-01T00:00:45Z',
        rules: [
          {
            state: 'firing', name: 'Down', query: 'up == 0', duration: 20, keepFiringFor: 0, labels: { level: 'high' }, annotations: { say: '{{ $labels.instance }}: {{ $value }}' },
            alerts: [alert], health: 'ok', evaluationTime: 0, lastEvaluation: '1970-01-01T00:00:45Z', type: 'alerting',
          },
          { name: 'up:sum', query: 'sum(up)', labels: { kind: 'sum' }, health: 'ok', evaluationTime: 0, lastEvaluation: '1970-01-01T00:00:45Z', type: 'recording' },
        ],
      },
      {
        name: 'second', file: 'my.yml', interval: 60, limit: 0, evaluationTime: 0, lastEvaluation: '1970-01-01T00:00:00Z',
        rules: [{ state: 'inactive', name: 'Never', query: 'up > 1', duration: 0, keepFiringFor: 60, labels: {}, annotations: {}, alerts: [], health: 'ok', evaluationTime: 0, lastEvaluation: '1970-01-01T00:00:00Z', type: 'alerting' }],
      },
    ]);
  });

  test.each([
    [{ type: 'record' }, ['up:sum']],
    [{ type: 'alert' }, ['Down', 'Never']],
    [{ 'rule_name[]': ['Never', 'up:sum'] }, ['up:sum', 'Never']],
    [{ 'rule_group[]': 'second' }, ['Never']],
    [{ 'file[]': 'other.yml' }, []],
  ] as [HttpRequest['query'], string[]][])('asked with %j are those', async (query, names) => {
    const { data } = await api()('rules', query);
    expect(data.groups.flatMap(({ rules }: { rules: { name: string }[] }) => rules.map(({ name }) => name))).toEqual(names);
  });

  test('come without alerts when these are excluded, and with an error for a word that is none', async () => {
    expect((await api()('rules', { exclude_alerts: 'true' })).data.groups[0].rules[0]).not.toHaveProperty('alerts');
    expect(await api()('rules', { type: 'x' })).toEqual({ status: 'error', errorType: 'bad_data', error: 'invalid parameter "type": not supported value "x"' });
    expect(await api()('rules', { exclude_alerts: 'maybe' })).toMatchObject({ errorType: 'bad_data' });
  });

  test('write what queries can read, at once', async () => {
    const { data } = await api()('query', { query: 'ALERTS or up:sum' });
    expect(data.result.map(({ metric, value }: { metric: Record<string, string>; value: [number, string] }) => [metric['alertstate'] ?? metric['kind'], value[1]])).toEqual([['firing', '1'], ['sum', '1']]);
  });
});

test('alerts are those that are pending or firing now', async () => {
  expect((await api()('alerts')).data).toEqual({ alerts: [alert] });
  expect((await api(20_000)('alerts')).data.alerts).toMatchObject([{ state: 'pending' }]);
  expect((await api(14_000)('alerts')).data).toEqual({ alerts: [] });
});

test('alerts of a recording whose rules ran elsewhere are read from its ALERTS', async () => {
  const store = storeOf('15s', {
    'ALERTS{alertname="Down",alertstate="pending",x="1"}': '1 stale 1 1 stale',
    'ALERTS{alertname="Down",alertstate="firing",x="1"}': '_x4 1 1 stale',
    'ALERTS{alertname="Slow",alertstate="firing"}': '_x5 1',
  });
  const at = async (nowMs: number) => (await asking(store, nowMs, {})('alerts')).data.alerts.map(({ labels, state, activeAt }: { labels: Record<string, string>; state: string; activeAt: string }) => [labels, state, activeAt.slice(14, 19)]);
  expect(await at(16_000)).toEqual([]);
  expect(await at(46_000)).toEqual([[{ alertname: 'Down', x: '1' }, 'pending', '00:30']]);
  expect(await at(76_000)).toEqual([[{ alertname: 'Down', x: '1' }, 'firing', '00:30'], [{ alertname: 'Slow' }, 'firing', '01:15']]);
  expect(await at(374_000)).toEqual([[{ alertname: 'Slow' }, 'firing', '01:15']]);
  expect(await at(376_000)).toEqual([]);
});

describe('targets', () => {
  function store(): MetricStore {
    const made = new MetricStore();
    for (const [instance, ups] of [['b:1', [true, false]], ['a:1', [true, true]]] as const) {
      const target = made.target('tikv', instance);
      ups.forEach((up, i) => {
        target.begin(5_000 * (i + 1));
        target.end({ up, durationSeconds: 0.25 });
      });
    }
    made.target('pd', 'c:1');
    return made;
  }

  test('are up, down or unknown as of now, and none of them knows the future', async () => {
    const health = async (nowMs: number) => (await asking(store(), nowMs, {})('targets')).data.activeTargets.map(({ labels, health: is }: { labels: { instance: string }; health: string }) => `${labels.instance} ${is}`);
    expect(await health(10_000)).toEqual(['c:1 unknown', 'a:1 up', 'b:1 down']);
    expect(await health(9_999)).toEqual(['c:1 unknown', 'a:1 up', 'b:1 up']);
  });

  test('are told with all that Prometheus tells', async () => {
    const { data } = await asking(store(), 10_000, {})('targets', { scrapePool: 'tikv', state: 'active' });
    expect(data).toMatchObject({ droppedTargets: [], droppedTargetCounts: null });
    expect(data.activeTargets[1]).toEqual({
      discoveredLabels: { __address__: 'b:1', __metrics_path__: '/metrics', __scheme__: 'http', __scrape_interval__: '5s', __scrape_timeout__: '5s', job: 'tikv' },
      labels: { instance: 'b:1', job: 'tikv' }, scrapePool: 'tikv', scrapeUrl: 'http://b:1/metrics', globalUrl: 'http://b:1/metrics',
      lastError: 'the scrape failed; the reason was not kept', lastScrape: '1970-01-01T00:00:10Z', lastScrapeDuration: 0.25, health: 'down', scrapeInterval: '5s', scrapeTimeout: '5s',
    });
  });
});

test('what a server says about itself names nothing of this machine', async () => {
  const { data } = await asking(storeOf('1s', {}), 5_500, {})('status/runtimeinfo');
  expect(data).toMatchObject({ CWD: '/', serverTime: '1970-01-01T00:00:05.5Z', reloadConfigSuccess: true });
});

test('a form is refused where Prometheus takes none', async () => {
  const transport = prometheusTransport(storeOf('1s', {}), () => 0);
  const status = async (path: string) => orThrow(await transport({ method: 'POST', path: `/api/v1/${path}`, body: 'match[]=up' })).status;
  expect([await status('rules'), await status('labels'), await status('series'), await status('nothing')]).toEqual([405, 200, 200, 404]);
});

test.each([[0, '0s'], [5_000, '5s'], [90_000, '1m30s'], [3_600_000, '1h'], [86_400_000, '1d'], [90_000_000, '25h'], [1_500, '1s500ms'], [-60_000, '-1m']])('%d ms is written %s', (spanMs, text) => expect(promDuration(spanMs)).toBe(text));
test('an instant that never was is Go’s zero time', () => expect([rfc3339(undefined), rfc3339(1_500), rfc3339(10_000)]).toEqual(['0001-01-01T00:00:00Z', '1970-01-01T00:00:01.5Z', '1970-01-01T00:00:10Z']));
