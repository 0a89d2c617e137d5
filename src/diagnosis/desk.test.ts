import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { atPointer, type Json } from '../kernel/json.ts';
import { answerTokensMax } from './desk.ts';
import { quotedJson } from './quote.ts';
import { estimatedTokens } from './tokens.ts';
import { deskFor, faultMs, nowMs, on, said } from './fake-ports.test-kit.ts';

const flood = Array.from({ length: 700 }, (_, i) => said('tikv-1', 10 + i, 'WARN', `handle ready took ${i} ms`));

describe('the desk', () => {
  test('numbers its answers in the order of asking and keeps each as it was shown', async () => {
    const desk = deskFor();
    const first = await desk.call('topology', {});
    const second = await desk.call('query', { promql: 'up{job="tikv"}' });
    expect([first.id, second.id]).toEqual(['O1', 'O2']);
    expect(desk.observations).toEqual([first, second]);
    expect(second).toMatchObject({ tool: 'query', args: { promql: 'up{job="tikv"}' }, atMs: nowMs, ok: true });
  });

  test('shows answers in the order of asking, whichever tool ends first', async () => {
    const desk = deskFor();
    const shown: string[] = [];
    await Promise.all(['changes', 'topology', 'query'].map(async (tool) => {
      const { id } = await desk.call(tool, tool === 'query' ? { promql: 'up' } : {});
      shown.push(`${id} ${tool}`);
    }));
    expect(shown).toEqual(['O1 changes', 'O2 topology', 'O3 query']);
    expect(desk.observations.map(({ id }) => id)).toEqual(['O1', 'O2', 'O3']);
  });

  test('answers an unknown tool with the name that was meant, and keeps that too', async () => {
    const desk = deskFor();
    const answer = await desk.call('serch_logs', {});
    expect(answer.ok).toBe(false);
    expect(answer.answer).toMatchObject({ error: { code: 'DESK_UNKNOWN_TOOL', advice: 'did you mean search_logs?' } });
    expect(desk.observations).toHaveLength(1);
  });

  test.each([
    ['query', {}], ['query', { promql: 7 }], ['query', { promql: 'up', typo: 1 }], ['query_range', { promql: 'up' }], ['control_plane', { path: 'no-slash' }],
    ['search_logs', { levels: ['LOUD'] }], ['find_metrics', null], ['compare_nodes', []], ['query', 'up'],
  ] as [string, Json][])('%s refuses %j in words instead of failing', async (tool, args) => {
    const answer = await deskFor().call(tool, args);
    expect(answer).toMatchObject({ ok: false, answer: { error: { code: 'DESK_ARGUMENTS' } } });
  });

  test('never throws, whatever it is called with', async () => {
    await fc.assert(fc.asyncProperty(fc.oneof(fc.string(), fc.constantFrom(...deskFor().tools.map((tool) => tool.name))), fc.jsonValue(), async (tool, args) => {
      const answer = await deskFor().call(tool, args as Json);
      expect(answer.id).toBe('O1');
      expect(JSON.parse(JSON.stringify(answer.answer))).toEqual(answer.answer);
    }), { numRuns: 60 });
  });

  test('says of every tool what it is for, and what it takes as JSON Schema', () => {
    for (const tool of deskFor().tools) {
      expect(tool.description.length).toBeGreaterThan(80);
      expect(z.toJSONSchema(tool.input)).toMatchObject({ type: 'object' });
    }
  });

  test('passes on what the database or Prometheus refuses', async () => {
    expect(await deskFor().call('query', { promql: '(((' })).toMatchObject({ ok: false, answer: { error: { code: 'LAB_PROMQL' } } });
    expect((await deskFor().call('control_plane', { path: '/pd/api/v1/stores', node: 'pd-2' })).answer).toEqual({ error: { code: 'LAB_CONNECTION_REFUSED', because: 'pd-2 refuses' } });
    expect((await deskFor().call('control_plane', { path: '/pd/api/v1/nothing' })).answer).toEqual({ status: 404, body: '404 page not found' });
  });
});

describe('answers', () => {
  test('an instant query has the form of Prometheus, so a value can be cited by its path', async () => {
    const { answer } = await deskFor().call('query', { promql: 'up{}' });
    expect(atPointer(answer, '/result/0/metric/instance')).toBe('pd-1:2379');
    expect(atPointer(answer, '/result/0/value')).toEqual([nowMs / 1000, '1']);
  });

  test('a range with too many points is refused with a step that fits', async () => {
    const { answer } = await deskFor().call('query_range', { promql: 'up{}', fromMs: nowMs - 3_600_000, toMs: nowMs, stepMs: 1_000 });
    expect(answer).toMatchObject({ error: { code: 'DESK_RANGE', advice: 'choose stepMs of at least 15000' } });
  });

  test('metrics are found by parts of their names', async () => {
    const { answer } = await deskFor().call('find_metrics', { part: 'RAFTSTORE append' });
    expect(answer).toEqual({ names: ['tikv_raftstore_append_log_duration_seconds_bucket'] });
  });

  test('a flood of log lines is counted by kind, and what is left out is stated', async () => {
    const { answer } = await deskFor({ logs: [...flood, said('tikv-2', 5, 'ERROR', 'store heartbeat failed')] }).call('search_logs', { limit: 5, fromMs: faultMs });
    expect(answer).toMatchObject({
      matched: 701, truncated: { shown: 5, of: 701 },
      patterns: [{ message: 'handle ready took N ms', count: 700, nodes: { 'tikv-1': 700 }, firstMs: faultMs + 10 }, { message: 'store heartbeat failed', count: 1 }],
    });
    expect((answer as { lines: unknown[] }).lines).toHaveLength(5);
  });

  test('a large control-plane body is cut list by list, says so, and is kept whole to be read on', async () => {
    const regions = Array.from({ length: 3_000 }, (_, id) => ({ id, start_key: '7800000100000000FB', written_bytes: id }));
    const desk = deskFor({ controlPlane: { '/pd/api/v1/regions': { count: 3_000, regions } } });
    const { answer, whole } = await desk.call('control_plane', { path: '/pd/api/v1/regions' });
    expect(estimatedTokens(quotedJson(answer))).toBeLessThanOrEqual(answerTokensMax);
    expect(answer).toMatchObject({ status: 200, body: { count: 3_000 }, cut: { places: [{ path: '/body/regions', unit: 'items', of: 3_000 }] } });
    expect(whole).toEqual({ status: 200, body: { count: 3_000, regions } });
    expect((await desk.call('read_more', { observation: 'O1', pointer: '/body/regions', from: 2_998 })).answer).toMatchObject({ of: 3_000, items: regions.slice(2_998) });
    expect((await desk.call('control_plane', { path: '/pd/api/v1/regions', pointer: '/regions/2999/id' })).answer).toEqual({ status: 200, body: 2_999 });
  });

  test('what was handed over with the incident does not come back under another name', async () => {
    const desk = deskFor({ tickets: ['store-down:tikv-2'] });
    await desk.call('tickets', {});
    expect(await desk.call('read_more', { observation: 'O1' })).toMatchObject({ ok: false, answer: { error: { because: expect.stringContaining('handed over') } } });
  });

  test('one sick node stands out against its peers and its own quiet time', async () => {
    const { answer } = await deskFor({ metrics: { append_log: on('tikv-2', 0.6, 0.012) } }).call('compare_nodes', { promql: 'append_log p99' });
    expect(answer).toMatchObject({ standsOut: { node: 'tikv-2', now: 0.6, othersMedian: 0.012, factor: 50 } });
    expect((answer as { nodes: { node: string }[] }).nodes.find((row) => row.node === 'tikv-2')).toMatchObject({ quiet: { median: 0.012 }, ratio: 50, leftBandAtMs: faultMs });
  });

  test('a node whose series ended has no value now', async () => {
    const { answer } = await deskFor({ metrics: { append_log: on('tikv-2', undefined, 0.012) } }).call('compare_nodes', { promql: 'append_log p99' });
    expect((answer as { nodes: { node: string; now: unknown }[] }).nodes.find((row) => row.node === 'tikv-2')).toMatchObject({ now: null, ratio: null });
  });

  test('the largest change comes first among the changes, and calm series are not listed', async () => {
    const { answer } = await deskFor({ metrics: { append_log: on('tikv-2', 0.6, 0.012), commit_log: on('tikv-3', 0.06, 0.012) } }).call('changes', {});
    const rows = (answer as { changes: { node: string; signal: string }[] }).changes;
    expect(rows.map((row) => `${row.node} ${row.signal}`)).toEqual(['tikv-2 append log p99 seconds', 'tikv-3 commit log p99 seconds']);
  });
});
