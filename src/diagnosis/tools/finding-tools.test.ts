import { describe, expect, test } from 'vitest';
import { ok } from '../../kernel/result.ts';
import type { Series } from '../../ports/metrics.ts';
import type { Ports } from '../../ports/ports.ts';
import { createDesk, withoutTools } from '../desk.ts';
import { assignmentFor, deskFor, fakePorts, faultMs, nowMs } from '../fake-ports.test-kit.ts';

/** A desk over these metrics alone. */
function deskOver(metrics: Partial<Ports['metrics']>) {
  const ports = fakePorts();
  return createDesk({ ports: { ...ports, metrics: { ...ports.metrics, ...metrics } }, clock: { now: () => nowMs }, assignment: assignmentFor() });
}
const rules = (groups: object[]): Partial<Ports['metrics']> => ({ transport: async () => ok({ status: 200, body: JSON.stringify({ status: 'success', data: { groups } }) }) });
const line = (labels: Record<string, string>, from: number, to: number): Series => ({ labels, points: Array.from({ length: Math.floor((to - from) / 5_000) + 1 }, (_, i) => [from + i * 5_000, 1] as const) });

describe('alerts', () => {
  const firing = line({ __name__: 'ALERTS', alertname: 'TiKV_down', alertstate: 'firing', instance: 'tikv-2:20180' }, faultMs + 30_000, nowMs);
  const over = line({ __name__: 'ALERTS', alertname: 'PD_slow', alertstate: 'pending' }, faultMs - 20_000, faultMs - 10_000);

  test('tells what fires now and what was over before', async () => {
    const { answer } = await deskOver({ queryRange: async () => ok([firing, over]) }).call('alerts', {});
    expect(answer).toMatchObject({ rules: true, alerts: [
      { alert: 'PD_slow', state: 'pending', now: false, firstSeenMs: faultMs - 20_000, lastSeenMs: faultMs - 10_000 },
      { alert: 'TiKV_down', state: 'firing', now: true, labels: { instance: 'tikv-2:20180' }, firstSeenMs: faultMs + 30_000 },
    ] });
  });

  test('says whether silence means anything: whether any rule is evaluated', async () => {
    const none = { queryRange: async () => ok([]) };
    expect((await deskOver({ ...none, ...rules([{ name: 'tikv' }]) }).call('alerts', {})).answer).toEqual({ alerts: [], rules: true });
    expect((await deskOver({ ...none, ...rules([]) }).call('alerts', {})).answer).toEqual({ alerts: [], rules: false });
  });
});

describe('find_labels', () => {
  const series = async () => ok([{ __name__: 'up', job: 'pd', instance: 'a' }, { __name__: 'up', job: 'tikv', instance: 'b' }]);

  test('lists labels with their values, or one of them', async () => {
    expect((await deskOver({ series }).call('find_labels', { selector: 'up' })).answer).toEqual({ series: 2, labels: [{ label: 'instance', values: ['a', 'b'] }, { label: 'job', values: ['pd', 'tikv'] }] });
    expect((await deskOver({ series }).call('find_labels', { selector: 'up', label: 'job' })).answer).toEqual({ series: 2, labels: [{ label: 'job', values: ['pd', 'tikv'] }] });
  });
});

describe('changes over every series', () => {
  const calmThen = (labels: Record<string, string>, calm: number, sick: number): Series => ({ labels, points: Array.from({ length: 35 }, (_, i) => { const atMs = faultMs - 90_000 + i * 5_000; return [atMs, atMs >= faultMs ? sick : calm + (i % 2) * calm * 0.01] as const; }) });
  const answers: Record<string, Series[]> = {
    odd_gauge: [calmThen({ __name__: 'odd_gauge', instance: 'tikv-2:20180' }, 10, 900)],
    'rate(work_total[30s])': [calmThen({ instance: 'tikv-1:20180' }, 50, 50)],
    'rate(wait_seconds_sum[30s]) / rate(wait_seconds_count[30s])': [calmThen({ instance: 'tikv-3:20180', type: 'put' }, 0.01, 0.5)],
  };
  const metrics: Partial<Ports['metrics']> = {
    labelValues: async () => ok(['odd_gauge', 'work_total', 'wait_seconds_bucket', 'wait_seconds_sum', 'wait_seconds_count', 'ALERTS']),
    queryRange: async (promql) => ok(answers[promql] ?? []),
  };

  test('finds what no list of key series has, gauges as they are, counters as rates, histograms as means', async () => {
    const { answer } = await deskOver(metrics).call('changes', { every: true });
    expect((answer as { changes: { signal: string; node: string; leftBandAtMs: number }[] }).changes.map(({ signal, node, leftBandAtMs }) => [signal, node, leftBandAtMs])).toEqual([
      ['odd_gauge', 'tikv-2', faultMs], ['wait_seconds (mean)', 'tikv-3', faultMs],
    ]);
    expect(answer).toMatchObject({ compared: 3 });
    expect((await deskOver(metrics).call('changes', { every: true, part: 'WAIT' })).answer).toMatchObject({ compared: 1 });
  });
});

describe('a desk without some of its tools', () => {
  test('does not offer them, refuses them in words, and keeps the refusal', async () => {
    const desk = withoutTools(deskFor(), ['changes', 'alerts']);
    expect(desk.tools.map(({ name }) => name)).not.toContain('changes');
    expect(await desk.call('changes', {})).toMatchObject({ id: 'O1', ok: false, answer: { error: { code: 'DESK_UNKNOWN_TOOL' } } });
    expect((await desk.call('topology', {})).ok).toBe(true);
    expect(desk.observations).toHaveLength(2);
  });
});
