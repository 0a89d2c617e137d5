import { describe, expect, it } from 'vitest';
import type { SignalSeries, TranscriptEntry } from '../../history/bundle.ts';
import { looksAtEach, metricsIn } from './looked.ts';

const signal: SignalSeries = { id: 's', title: 's', unit: 'count', promql: 'rate(tikv_raftstore_append_log_duration_seconds_bucket[1m])', lines: [] };
const asked = (id: `O${number}`, tool: string, args: object, answer: object = {}): TranscriptEntry => ({ kind: 'observation', id, tool, args: args as never, atMs: 0, ok: true, answer: answer as never });

const looksAt = (each: SignalSeries, transcript: readonly TranscriptEntry[]) => looksAtEach([each], transcript)[0];

describe('the metrics of an expression', () => {
  it.each([
    ['up == 0', ['up']],
    ['histogram_quantile(0.99, sum by (le, instance) (rate(a_bucket{job="tikv", type=~"b_c"}[1m])))', ['a_bucket']],
    ['sum(x_total offset 5m) / ignoring(mode) group_left y:rate5m', ['x_total', 'y:rate5m']],
    ['1e3 + 0x1f - Inf', []],
    ['label_replace(up, "a", "$1", "b_metric", "(.*)")', ['up']],
  ])('%s', (promql, metrics) => {
    expect(metricsIn(promql)).toEqual(metrics);
  });
});

describe('whether anybody looked at a signal', () => {
  it('counts the questions that name one of its metrics', () => {
    const looks = looksAt(signal, [asked('O1', 'query', { promql: 'up' }), asked('O2', 'query_range', { promql: `max(${'tikv_raftstore_append_log_duration_seconds_bucket'})` })]);
    expect(looks).toEqual({ asked: ['O2'], shown: [] });
  });

  it('counts an answer that shows the metric unasked, but not a list of names', () => {
    const body = { metric: 'tikv_raftstore_append_log_duration_seconds_bucket' };
    expect(looksAt(signal, [asked('O1', 'changes', {}, body), asked('O2', 'find_metrics', { part: 'raft' }, body)])).toEqual({ asked: [], shown: ['O1'] });
  });

  it('does not take a longer name for the same metric', () => {
    expect(looksAt(signal, [asked('O1', 'query', { promql: 'x_tikv_raftstore_append_log_duration_seconds_bucket' })])?.asked).toEqual([]);
  });

  it('keeps signals of one transcript apart', () => {
    const ups: SignalSeries = { ...signal, promql: 'up' };
    expect(looksAtEach([ups, signal], [asked('O1', 'query', { promql: 'sum(up)' })])).toEqual([{ asked: ['O1'], shown: [] }, { asked: [], shown: [] }]);
  });

  it('says nothing about a signal of unknown making', () => {
    const { promql: _, ...bare } = signal;
    expect(looksAt(bare, [])).toBeUndefined();
  });
});
