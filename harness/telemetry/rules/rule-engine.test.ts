import { describe, expect, test } from 'vitest';
import { matcher } from '../matchers.ts';
import { queryInstant } from '../promql/engine.ts';
import { storeOf } from '../promql/series-notation.ts';
import type { MetricStore } from '../store.ts';
import { activeAlerts } from './alert.ts';
import { RuleEngine } from './rule-engine.ts';
import { parseRuleFile } from './rule-file.ts';

const seconds = (count: number): number => count * 1_000;

/** Rules of one group that is evaluated every 15 s, from the epoch on. */
function engineFor(store: MetricStore, rules: string): RuleEngine {
  const parsed = parseRuleFile(`groups: [{name: g, interval: 15s, limit: 3, rules: [${rules}]}]`, { file: 'f' });
  if (!parsed.ok) throw new Error(parsed.failure.because);
  return new RuleEngine(store, { groups: parsed.value, fromMs: 0 });
}

function valuesAt(store: MetricStore, promql: string, atSeconds: number): Record<string, number> {
  const answer = queryInstant(store, promql, { atMs: seconds(atSeconds) });
  return answer.kind === 'vector' ? Object.fromEntries(answer.series.map(({ labels, points }) => [labels.get('alertstate') || labels.get('instance'), points[0]?.value as number])) : {};
}

describe('an alert', () => {
  const down = "{alert: Down, expr: 'up == 0', for: 30s, labels: {level: '{{ $value }}'}, annotations: {say: '{{ $labels.instance }} since'}}";

  test('is pending, then firing, then gone at once, in ALERTS and ALERTS_FOR_STATE', () => {
    const store = storeOf('15s', { 'up{instance="a"}': '1 0x3 1x4' });
    const engine = engineFor(store, down);
    engine.catchUp(seconds(15));
    expect(valuesAt(store, 'ALERTS{alertname="Down",level="0",instance="a"}', 15)).toEqual({ pending: 1 });
    engine.catchUp(seconds(45));
    expect(valuesAt(store, 'ALERTS', 30)).toEqual({ pending: 1 });
    expect(valuesAt(store, 'ALERTS', 45)).toEqual({ firing: 1 });
    expect(valuesAt(store, 'ALERTS_FOR_STATE', 45)).toEqual({ a: 15 });
    expect(activeAlerts(engine.status()[0]?.rules[0]?.alerts ?? new Map())).toMatchObject([{ state: 'firing', activeAtMs: seconds(15), annotations: { say: 'a since' }, value: 0 }]);
    engine.catchUp(seconds(90));
    expect([valuesAt(store, 'ALERTS', 74), valuesAt(store, 'ALERTS', 75), valuesAt(store, 'ALERTS_FOR_STATE', 75)]).toEqual([{ firing: 1 }, {}, {}]);
  });

  test('that comes and goes starts its wait again', () => {
    const store = storeOf('15s', { 'up{instance="a"}': '0 0 1 0 0 0' });
    engineFor(store, down).catchUp(seconds(75));
    expect([valuesAt(store, 'ALERTS', 60), valuesAt(store, 'ALERTS', 75)]).toEqual([{ pending: 1 }, { firing: 1 }]);
  });

  test('goes on firing as long as keep_firing_for says', () => {
    const store = storeOf('15s', { 'up{instance="a"}': '0 1x9' });
    engineFor(store, "{alert: Down, expr: 'up == 0', keep_firing_for: 30s}").catchUp(seconds(90));
    expect([valuesAt(store, 'ALERTS', 30), valuesAt(store, 'ALERTS', 45)]).toEqual([{ firing: 1 }, {}]);
  });

  test('without a name of its own for two series is an error, and so is a flood', () => {
    const store = storeOf('15s', { 'up{instance="a"}': '0x9', 'up{instance="b"}': '0x9', 'up{instance="c"}': '_x4 0x5', 'up{instance="d"}': '_x4 0x5' });
    const engine = engineFor(store, "{alert: Same, expr: 'up == 0', labels: {instance: x}}, {alert: Many, expr: 'up == 0'}");
    engine.catchUp(seconds(45));
    expect(engine.status()[0]?.rules).toMatchObject([{ health: 'err', lastError: 'vector contains metrics with the same labelset after applying alert labels' }, { health: 'ok' }]);
    engine.catchUp(seconds(60));
    expect(engine.status()[0]?.rules[1]).toMatchObject({ health: 'err', lastError: 'exceeded limit of 3 with 4 alerts', alerts: new Map() });
  });
});

describe('a recording rule', () => {
  test('writes under its name and labels, and the next rule reads it at the same instant', () => {
    const store = storeOf('15s', { 'm{instance="a",x="1"}': '1+1x4', 'm{instance="a",x="2"}': '10x4' });
    engineFor(store, "{record: 'm:sum', expr: 'sum by (instance) (m)', labels: {kind: sum}}, {record: double, expr: '2 * m:sum{kind=\"sum\"}'}, {record: one, expr: 1}").catchUp(seconds(30));
    expect([valuesAt(store, 'm:sum', 30), valuesAt(store, 'double', 30), valuesAt(store, 'one', 30)]).toEqual([{ a: 13 }, { a: 26 }, { '': 1 }]);
  });

  test('makes a series stale when its expression no longer has it, and keeps it while it only fails', () => {
    const store = storeOf('15s', { 'm{instance="a"}': '1 1 1 stale', 'twice{x="1"}': '_ _ 1 1', 'twice{x="2"}': '_ _ 1 1' });
    const engine = engineFor(store, "{record: copy, expr: m}, {record: fails, expr: 'vector(1) * on() group_left() (twice or on() vector(1))'}");
    engine.catchUp(seconds(45));
    expect([valuesAt(store, 'copy', 30), valuesAt(store, 'copy', 45)]).toEqual([{ a: 1 }, {}]);
    expect(engine.status()[0]?.rules[1]).toMatchObject({ health: 'err', lastEvaluationMs: seconds(45) });
    expect(valuesAt(store, 'fails', 45)).toEqual({ '': 1 });
  });

  test('that may read itself counts on', () => {
    const store = storeOf('15s', {});
    engineFor(store, "{record: ticks, expr: '(ticks or on() vector(0)) + 1'}").catchUp(seconds(60));
    expect(valuesAt(store, 'ticks', 60)).toEqual({ '': 5 });
  });
});

test('catching up in one go or step by step comes to the same', () => {
  const rules = "{record: r, expr: 'rate(m[1m])'}, {alert: A, expr: 'r > 0.5', for: 15s}";
  const [once, often] = [0, 1].map(() => storeOf('5s', { 'm{instance="a"}': '0+1x20 20+10x20 220x20' })) as [MetricStore, MetricStore];
  engineFor(once, rules).catchUp(seconds(300));
  const stepwise = engineFor(often, rules);
  for (let at = 0; at <= 300; at += 7) stepwise.catchUp(seconds(at));
  stepwise.catchUp(seconds(300));
  const content = (store: MetricStore) => store.select([matcher('__name__', '=~', 'r|ALERTS.*')]).map((series) => [series.labels.toObject(), series.view(Infinity)]);
  expect(content(once).length).toBeGreaterThan(2);
  expect(content(often)).toEqual(content(once));
});

test('an evaluation never sees what comes after it', () => {
  const store = storeOf('5s', { m: '1 2 3 4 5 6 7 8 9' });
  engineFor(store, '{record: copy, expr: m}').catchUp(seconds(40));
  expect([valuesAt(store, 'copy', 0), valuesAt(store, 'copy', 15), valuesAt(store, 'copy', 30)]).toEqual([{ '': 1 }, { '': 4 }, { '': 7 }]);
});
