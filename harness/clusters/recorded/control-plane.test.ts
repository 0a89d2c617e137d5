import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ControlLog } from './control-log.ts';
import { recordedControlPlane } from './control-plane.ts';
import type { ControlRow } from './control-row.ts';

const row = (t: number, request: string, answer: Partial<ControlRow> & { node?: string }): ControlRow => ({
  t, node: 'pd', request: `GET /pd/api/v1${request}`, tookMs: 3, ...(answer.error === undefined && { status: 200, bodyText: '' }), ...answer,
});

function planeAt(nowMs: number, rows: readonly ControlRow[]) {
  const log = new ControlLog(rows);
  const plane = recordedControlPlane({ log: () => log, now: () => nowMs, group: 'pd', members: ['pd-1', 'pd-2', 'pd-3'] });
  return async (path: string, { node, query }: { node?: string; query?: Record<string, string> } = {}) => {
    const answer = await plane.request({ method: 'GET', path: `/pd/api/v1${path}`, ...(query && { query }), ...(node !== undefined && { node }) });
    return answer.ok ? `${answer.value.status} ${answer.value.body}` : answer.failure.code;
  };
}

describe('a recorded control plane', () => {
  const stores = (states: string): string => `{"count":2,"stores":[{"store":{"id":1,"state_name":"${states}","last_heartbeat":1795467358941123456},"status":{}},{"store":{"id":4},"status":{}}]}`;

  test('answers as of now: the newest row that is not later', async () => {
    const rows = [row(100, '/stores', { bodyText: 'a' }), row(200, '/stores', { bodyText: 'b' })];
    await expect(planeAt(150, rows)('/stores')).resolves.toBe('200 a');
    await expect(planeAt(200, rows)('/stores')).resolves.toBe('200 b');
  });

  test('never gives an answer that was later, whenever it is asked', async () => {
    const times = fc.array(fc.nat(1000), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(times, fc.nat(1000), async (all, nowMs) => {
        const answer = await planeAt(nowMs, all.map((t) => row(t, '/stores', { bodyText: String(t) })))('/stores');
        const past = all.filter((t) => t <= nowMs);
        expect(answer.startsWith('404 ') ? '404' : answer).toBe(past.length > 0 ? `200 ${Math.max(...past)}` : '404');
      }),
    );
  });

  test.each([
    ['URLError: [Errno 111] Connection refused', 'LAB_CONNECTION_REFUSED'],
    ['TimeoutError: timed out', 'LAB_TIMEOUT'],
    ['ConnectionResetError: [Errno 104] Connection reset by peer', 'LAB_CONNECTION_RESET'],
    ['LAB_DNS: no such host', 'LAB_DNS'],
  ])('turns the recorded error %s into a failure', async (error, code) => {
    await expect(planeAt(10, [row(5, '/ping', { node: 'pd-1', error })])('/ping', { node: 'pd-1' })).resolves.toBe(code);
  });

  test('says in words what it never recorded, and what it did', async () => {
    const answer = await planeAt(10, [row(5, '/stores', {}), row(20, '/regions', {})])('/trend');
    expect(answer).toMatch(/^404 .*holds no answer of pd to GET \/pd\/api\/v1\/trend.*GET \/pd\/api\/v1\/stores/);
    expect(answer).not.toContain('regions');
  });

  test('finds a request by its query, in any order', async () => {
    const rows = [row(1, '/stats/region?start_key=&end_key=', { bodyText: 'x' }), row(1, '/schedulers?status=paused', { bodyText: 'p' }), row(1, '/schedulers', { bodyText: 's' })];
    await expect(planeAt(2, rows)('/stats/region', { query: { end_key: '', start_key: '' } })).resolves.toBe('200 x');
    await expect(planeAt(2, rows)('/schedulers', { query: { status: 'paused' } })).resolves.toBe('200 p');
    await expect(planeAt(2, rows)('/schedulers')).resolves.toBe('200 s');
  });

  test('cuts one store or region out of the list, digits and all', async () => {
    const rows = [row(1, '/stores', { bodyText: stores('Up') }), row(1, '/regions', { bodyText: '{"count":1,"regions":[{"id":12,"peers":[{"id":13}]}]}' })];
    await expect(planeAt(2, rows)('/store/1')).resolves.toBe('200 {"store":{"id":1,"state_name":"Up","last_heartbeat":1795467358941123456},"status":{}}');
    await expect(planeAt(2, rows)('/store/9')).resolves.toBe('404 "[PD:core:ErrStoreNotFound]store 9 not found"');
    await expect(planeAt(2, rows)('/region/id/12')).resolves.toBe('200 {"id":12,"peers":[{"id":13}]}');
    await expect(planeAt(2, rows)('/region/id/13')).resolves.toMatch(/^404 /);
  });

  describe('what is asked rarely', () => {
    const rows = [
      row(1, '/regions', { bodyText: 'before' }),
      row(1, '/health', { bodyText: 'h' }),
      row(1, '/stores', { bodyText: 'all' }),
      row(10, '/stores', { status: 503, bodyText: 'no leader' }),
      row(15, '/regions', { status: 503, bodyText: 'no leader' }),
      row(20, '/stores', { bodyText: 'all' }),
    ];

    test('fails in an outage as everything does, though its last answer was good', async () => {
      await expect(planeAt(12, rows)('/regions')).resolves.toBe('503 no leader');
      await expect(planeAt(12, rows)('/health')).resolves.toBe('200 h');
    });

    test('works again after the outage, though its last answer was a failure', async () => {
      await expect(planeAt(16, rows)('/regions')).resolves.toBe('503 no leader');
      await expect(planeAt(25, rows)('/regions')).resolves.toBe('200 before');
    });
  });

  test('a member whose long answer was not kept says what the leader says', async () => {
    const { bodyText: _, ...cut } = row(5, '/stores', { node: 'pd-2' });
    await expect(planeAt(9, [row(1, '/stores', { bodyText: 'a' }), row(8, '/stores', { bodyText: 'b' }), cut])('/stores', { node: 'pd-2' })).resolves.toBe('200 b');
  });

  test('a member that refuses a ping refuses everything since then', async () => {
    const rows = [row(1, '/members', { node: 'pd-1', bodyText: 'm' }), row(1, '/health', { node: 'pd-1', bodyText: 'h' }), row(1, '/ping', { node: 'pd-1' }), row(9, '/ping', { node: 'pd-1', error: 'Connection refused' })];
    await expect(planeAt(8, rows)('/members', { node: 'pd-1' })).resolves.toBe('200 m');
    await expect(planeAt(9, rows)('/members', { node: 'pd-1' })).resolves.toBe('LAB_CONNECTION_REFUSED');
    await expect(planeAt(9, rows)('/health', { node: 'pd-1' })).resolves.toBe('LAB_CONNECTION_REFUSED');
  });
});

describe('a control plane that reads by POST', () => {
  const rows: ControlRow[] = [
    { t: 1_000, node: 'etcd-1', request: 'POST /v3/maintenance/status', tookMs: 1, status: 200, bodyText: '{"leader":"1"}' },
    { t: 1_000, node: 'etcd-1', request: 'POST /v3/maintenance/alarm {"action":"GET"}', tookMs: 1, status: 200, bodyText: '{}' },
    { t: 1_000, node: 'etcd-1', request: 'GET /livez?verbose', tookMs: 1, status: 200, bodyText: 'ok' },
    { t: 2_000, node: 'etcd-1', request: 'POST /v3/maintenance/status', tookMs: 1, error: 'connection refused' },
    { t: 1_000, node: 'etcd-2', request: 'POST /v3/maintenance/status', tookMs: 1, status: 200, bodyText: '{"leader":"2"}' },
  ];
  const ask = async (nowMs: number, request: { method: 'GET' | 'POST'; path: string; body?: string; query?: Record<string, string>; node?: string }) => {
    const log = new ControlLog(rows);
    const answer = await recordedControlPlane({ log: () => log, now: () => nowMs, group: 'member', members: ['etcd-1', 'etcd-2'] }).request(request);
    return answer.ok ? `${answer.value.status} ${answer.value.body.slice(0, 20)}` : answer.failure.code;
  };

  test('an empty body asks for nothing in particular, another one is part of the question', async () => {
    expect(await ask(1_500, { method: 'POST', path: '/v3/maintenance/status', body: '{}', node: 'etcd-1' })).toBe('200 {"leader":"1"}');
    expect(await ask(1_500, { method: 'POST', path: '/v3/maintenance/alarm', body: '{"action":"GET"}', node: 'etcd-1' })).toBe('200 {}');
    expect(await ask(1_500, { method: 'POST', path: '/v3/maintenance/alarm', body: '{"action":"ACTIVATE"}', node: 'etcd-1' })).toMatch(/^404/);
  });

  test('a query without a value is found however it is written', async () => {
    expect(await ask(1_500, { method: 'GET', path: '/livez', query: { verbose: '' }, node: 'etcd-1' })).toBe('200 ok');
  });

  test('without a member named, the first that can answer does', async () => {
    expect(await ask(1_500, { method: 'POST', path: '/v3/maintenance/status', body: '{}' })).toBe('200 {"leader":"1"}');
    expect(await ask(2_500, { method: 'POST', path: '/v3/maintenance/status', body: '{}' })).toBe('200 {"leader":"2"}');
  });
});
