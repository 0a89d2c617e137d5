import type { Millis } from '../kernel/clock.ts';
import type { Json } from '../kernel/json.ts';
import { failed, ok, type Result } from '../kernel/result.ts';
import type { LogLevel, LogLine } from '../ports/logs.ts';
import type { Range, Sample, Series } from '../ports/metrics.ts';
import type { Ports } from '../ports/ports.ts';
import type { Ticket } from '../tickets/contract.ts';
import type { Assignment } from './contract.ts';
import type { KeySeries } from '../subjects/contract.ts';
import { createDesk } from './desk.ts';

/** The fault of every story begins here; quiet time ends half a minute before, the desk opens 80 s after. */
export const faultMs: Millis = 1_800_000_000_000;
/** When the desk opens. */
export const nowMs: Millis = faultMs + 80_000;

/** The value of one node at one time, or undefined where it has no sample. */
export type Line = (node: string, atMs: Millis) => number | undefined;

/** A cluster as a test writes it down: what differs from a healthy one of three members and three stores. */
export interface Story {
  /** The part of an expression that a line answers, e.g. `up{`; the first that fits wins, before the healthy ones. */
  readonly metrics?: Readonly<Record<string, Line>>;
  readonly controlPlane?: Readonly<Record<string, Json | { readonly status: number; readonly body: Json } | undefined>>;
  readonly logs?: readonly LogLine[];
  /** Nodes whose log nobody kept; the others wrote a line of ordinary life before the fault. */
  readonly withoutLog?: readonly string[];
  readonly tickets?: readonly string[];
}

const stores = ['tikv-1', 'tikv-2', 'tikv-3'];
const members = ['pd-1', 'pd-2', 'pd-3'];
const storeIds: Readonly<Record<string, number>> = { 'tikv-1': 4, 'tikv-2': 1, 'tikv-3': 5 };

/** True from the fault on. */
export const since = (atMs: Millis, delayMs = 0): boolean => atMs >= faultMs + delayMs;

/** A line that is `calm` everywhere and `sick` on one node from the fault on. */
export const on = (sickNode: string, sick: number | undefined, calm: number): Line => (node, atMs) => (node === sickNode && since(atMs) ? sick : calm);

/** A log line of a node, `delayMs` after the fault. */
export function said(node: string, delayMs: Millis, level: LogLevel, message: string, fields = ''): LogLine {
  return { atMs: faultMs + delayMs, node, level, message, raw: `[2027/01/15 08:00:00.000 +00:00] [${level}] [lib.rs:1] ["${message}"]${fields === '' ? '' : ` ${fields}`}` };
}

/** The stores as the control plane lists them; `changed` is merged into a store. */
export function storesBody(changed: Readonly<Record<string, { readonly state?: string; readonly leaders?: number; readonly regions?: number }>> = {}): Json {
  return {
    count: 3,
    stores: stores.map((node) => ({
      store: { id: storeIds[node] ?? 0, address: `${node}:20160`, state_name: changed[node]?.state ?? 'Up' },
      status: { leader_count: changed[node]?.leaders ?? 40, region_count: changed[node]?.regions ?? 120, slow_score: 1 },
    })),
  };
}

const schedulers: Json = ['balance-hot-region-scheduler', 'balance-leader-scheduler', 'balance-region-scheduler', 'evict-slow-store-scheduler', 'evict-stopping-store-scheduler'];
const healthyBodies: Readonly<Record<string, Json>> = {
  '/pd/api/v1/stores': storesBody(),
  '/pd/api/v1/members': { members: members.map((name) => ({ name })), leader: { name: 'pd-1' } },
  '/pd/api/v1/health': members.map((name) => ({ name, health: true })),
  '/pd/api/v1/schedulers': schedulers,
  '/pd/api/v1/schedulers?status=paused': [],
  '/pd/api/v1/config/schedule': { 'leader-schedule-limit': 4, 'region-schedule-limit': 2048, 'replica-schedule-limit': 64, 'halt-scheduling': 'false' },
  '/pd/api/v1/regions/check/pending-peer': { count: 0, regions: [] },
  '/pd/api/v1/scheduler-config/evict-slow-store-scheduler/list': { 'evict-stores': [] },
};
const healthyLines: Readonly<Record<string, Line>> = {
  'up{': () => 1,
  scrape_duration_seconds: () => 0.02,
  process_start_time_seconds: () => faultMs / 1000 - 86_400,
  leader_count: () => 40,
  region_count: () => 120,
  prevote: (node) => (node.startsWith('tikv') ? 0 : undefined),
  etcd_server_is_leader: (node) => (node.startsWith('pd') ? Number(node === 'pd-1') : undefined),
  etcd_server_has_leader: (node) => (node.startsWith('pd') ? 1 : undefined),
  etcd_disk_wal_fsync: (node) => (node.startsWith('pd') ? 0.004 : undefined),
  tikv_raftstore_slow_score: (node) => (node.startsWith('tikv') ? 1 : undefined),
  'sum(rate(tikv_grpc_msg_duration_seconds_count': () => 2000,
  'rate(tikv_grpc_msg_duration_seconds_count': (node) => (node.startsWith('tikv') ? 300 : undefined),
  duration_sec: (node) => (node.startsWith('tikv') ? 0.004 : undefined),
  'tikv_store_size_bytes{type="available"}': (node) => (node.startsWith('tikv') ? 0.8 : undefined),
  tikv_server_cpu_cores_quota: (node) => (node.startsWith('tikv') ? 4 : undefined),
  process_resident_memory_bytes: (node) => (node.startsWith('tikv') ? 2 ** 30 : undefined),
};

function lineFor(promql: string, story: Story): Line | undefined {
  for (const lines of [story.metrics ?? {}, healthyLines]) for (const [part, line] of Object.entries(lines)) if (promql.includes(part)) return line;
  return undefined;
}

/** Labels as the expression would leave them: the node by its metrics address, its store address, or a scheduler's name. */
function labelled(promql: string): readonly (readonly [string, Readonly<Record<string, string>>])[] {
  if (promql.includes('by (kind)')) return [];
  if (promql.includes('by (address)')) return stores.map((node) => [node, { address: `${node}:20160` }]);
  if (promql.startsWith('sum(')) return [['all', {}]];
  return [...members.map((node) => [node, { job: 'pd', instance: `${node}:2379` }] as const), ...stores.map((node) => [node, { job: 'tikv', instance: `${node}:20180` }] as const)];
}

function rangeOf(promql: string, { fromMs, toMs, stepMs }: Range, story: Story): Series[] {
  const line = lineFor(promql, story);
  if (!line) return [];
  return labelled(promql).flatMap(([node, labels]) => {
    const points: [Millis, number][] = [];
    for (let atMs = fromMs; atMs <= toMs; atMs += stepMs) {
      const value = line(node, atMs);
      if (value !== undefined) points.push([atMs, value]);
    }
    return points.length > 0 ? [{ labels, points }] : [];
  });
}

/** Ports over a story. */
export function fakePorts(story: Story = {}): Ports {
  const instant = (promql: string, atMs: Millis): Sample[] =>
    promql.startsWith('absent(') ? [{ labels: {}, atMs, value: 1 }] : rangeOf(promql, { fromMs: atMs, toMs: atMs, stepMs: 1 }, story).map(({ labels, points }) => ({ labels, atMs, value: points[0]?.[1] ?? Number.NaN }));
  return {
    metrics: {
      query: async (promql, atMs = nowMs) => (promql.includes('(((') ? failed('LAB_PROMQL', 'bad_data: unclosed left parenthesis') : ok(instant(promql, atMs))),
      queryRange: async (promql, range) => ok(rangeOf(promql, range, story)),
      series: async () => ok([]),
      labelValues: async () => ok(['up', 'tikv_raftstore_append_log_duration_seconds_bucket', 'tikv_raftstore_apply_log_duration_seconds_bucket']),
      transport: async () => failed('LAB_CONNECTION_REFUSED', 'no transport in this fake'),
    },
    controlPlane: {
      request: async ({ path, query = {}, node }) => {
        const key = [path, ...Object.entries(query).map(([name, value]) => `${name}=${String(value)}`)].join('?');
        if (node !== undefined) return failed('LAB_CONNECTION_REFUSED', `${node} refuses`);
        const body = { ...healthyBodies, ...story.controlPlane }[key];
        if (body === undefined) return key in (story.controlPlane ?? {}) ? failed('LAB_TIMEOUT', 'nobody answers') : ok({ status: 404, body: '404 page not found' });
        const answer = body !== null && typeof body === 'object' && 'status' in body && 'body' in body ? (body as { status: number; body: Json }) : { status: 200, body: body as Json };
        return ok({ status: answer.status, body: typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body) });
      },
    },
    logs: { search: async (query) => ok(searched(keptLines(story), query)) },
    inventory: [...members, ...stores].map((node) => ({ node, role: node.startsWith('pd') ? 'pd' : 'tikv', host: node })),
  };
}

const keptLines = ({ logs = [], withoutLog = [] }: Story): LogLine[] => [...[...members, ...stores].map((node) => said(node, -60_000, 'INFO', 'ordinary life')), ...logs].filter(({ node }) => !withoutLog.includes(node));

function searched(lines: readonly LogLine[], { node, fromMs = -Infinity, toMs = Infinity, levels, contains = '', limit = 200 }: Parameters<Ports['logs']['search']>[0]): { lines: LogLine[]; matched: number } {
  const found = lines
    .filter((line) => (node === undefined || line.node === node) && line.atMs >= fromMs && line.atMs <= Math.min(toMs, nowMs) && (!levels || levels.includes(line.level)) && line.raw.includes(contains))
    .toSorted((a, b) => a.atMs - b.atMs);
  return { lines: found.slice(-limit), matched: found.length };
}

/** What is asked about a story; tickets are `invariant:component` keys that opened five seconds after the fault. */
export function assignmentFor(story: Story = {}): Assignment {
  const tickets = (story.tickets ?? []).map((key, index): Ticket => {
    const [invariant = '', component = ''] = key.split(':');
    return { id: `T${index + 1}`, key, invariant, component, severity: 'critical', status: 'opened', openedAtMs: faultMs + 5_000, firstSeenMs: faultMs + 5_000, lastSeenMs: nowMs, occurrences: 10, flapping: false, detail: `${key} is violated` };
  });
  return {
    subject: 'tikv',
    incident: { id: 'I1', openedAtMs: tickets[0]?.openedAtMs ?? nowMs, tickets },
    topology: {
      nodes: [...members, ...stores].map((id) => ({
        id, role: id.startsWith('pd') ? 'pd' : 'tikv', host: id,
        aliases: id.startsWith('pd') ? [`${id}:2379`] : [`${id}:20160`, `${id}:20180`, `store-${storeIds[id]}`],
      })),
    },
    actions: [],
    quiet: { fromMs: faultMs - 90_000, toMs: faultMs - 30_000 },
    nowMs,
  };
}

/** A desk over a story. */
export const deskFor = (story: Story = {}): ReturnType<typeof createDesk> => createDesk({ ports: fakePorts(story), clock: { now: () => nowMs }, assignment: assignmentFor(story), subject: { tools: [], keySeries, reads: ({ method }) => method === 'GET' } });

const keySeries: readonly KeySeries[] = ['append', 'commit'].map((part) => ({ signal: `${part} log p99 seconds`, promql: `${part}_log p99`, floor: 0.01 }));

/** A result's value, for tests that need it to be there. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.failure.because);
  return result.value;
}
