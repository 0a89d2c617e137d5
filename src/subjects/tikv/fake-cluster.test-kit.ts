import type { Clock } from '../../kernel/clock.ts';
import { failed, ok, type Result } from '../../kernel/result.ts';
import type { HttpResponse } from '../../ports/http.ts';
import type { Sample } from '../../ports/metrics.ts';
import type { InventoryNode, Ports } from '../../ports/ports.ts';

/** One store of the fake; the defaults are a healthy one. */
export interface FakeStore {
  state?: string;
  capacity?: string;
  available?: string;
  leaders?: number;
  regions?: number;
  ownLeaders?: number;
  slowScore?: number;
  heartbeatAgoMs?: number;
  /** Undefined: no such scrape target. */
  up?: boolean | undefined;
  dark?: boolean;
  p99?: Readonly<Record<string, number>>;
  rate?: number;
  labels?: Readonly<Record<string, string>>; weight?: number;
}

/** How PD takes requests. */
export type FakePd = 'leads' | 'redirect-failed' | 'no-leader' | 'refuses' | 'hangs' | 'garbage' | 'not-bootstrapped' | 'not-found';

/** A cluster as a test writes it down. */
export interface FakeCluster {
  stores: FakeStore[];
  pd: FakePd;
  /** What `/health` says of pd-1, pd-2, …; undefined: it does not answer. */
  health?: boolean[];
  membersUp: (boolean | undefined)[];
  /** Seconds by which clocks are ahead, by host. */
  clocks?: Record<string, number>;
  /** p99 of each member's fsync, in seconds. */
  fsync?: number[];
  /** Whether the metrics show a PD leader, and whether it led a minute ago. */
  roles: { now: string[]; minuteAgo: string[] };
  prometheus: 'answers' | 'refuses' | 'empty';
  checks: { miss?: number; down?: number; pending?: number };
  totalRegions: number;
  inventory: InventoryNode[];
  /** Fewer than two scrapes fall into 30 s. */
  scrapesAreRare?: boolean;
  /** Kinds of request that come too rarely to judge. */
  thin?: string[];
  otherTargets?: { job: string; instance: string; up: boolean }[];
}

/** The instant at which tests look. */
export const nowMs = Date.UTC(2026, 0, 15, 10);
/** A clock that stands at {@link nowMs}. */
export const stillClock: Pick<Clock, 'now'> = { now: () => nowMs };

/** Three stores, three PD members, 106 regions, nothing wrong. Hosts are addresses that differ from node names, as in real inventories. */
export function healthyCluster(): FakeCluster {
  return {
    stores: [{ leaders: 36 }, { leaders: 36 }, { leaders: 34 }],
    pd: 'leads',
    health: [true, true, true],
    membersUp: [true, true, true],
    roles: { now: ['10.77.0.11:2379'], minuteAgo: ['10.77.0.11:2379'] },
    prometheus: 'answers',
    checks: { miss: 0, down: 0, pending: 0 },
    totalRegions: 106,
    inventory: [1, 2, 3].flatMap((n) => [
      { node: `pd-${n}`, role: 'pd', host: `10.77.0.1${n}` },
      { node: `tikv-${n}`, role: 'tikv', host: `10.77.0.2${n}` },
    ]),
  };
}

/** The same cluster through ports. */
export function portsOf(cluster: FakeCluster): Ports {
  const unused = async () => failed('LAB_TEST', 'not part of the fake');
  return {
    inventory: cluster.inventory,
    logs: { search: unused },
    controlPlane: { request: async ({ path, node }) => answerOf(cluster, path, node) },
    metrics: { query: async (promql) => samplesOf(cluster, promql), queryRange: unused, series: unused, labelValues: unused, transport: unused },
  };
}

function answerOf(cluster: FakeCluster, path: string, node?: string): Result<HttpResponse> {
  const name = path.replace('/pd/api/v1/', '');
  if (cluster.pd === 'refuses') return failed('LAB_CONNECTION_REFUSED', 'PD refuses connections');
  if (cluster.pd === 'hangs') return failed('LAB_TIMEOUT', 'PD did not answer within 5000 ms');
  if (node !== undefined) return reply('');
  if (name === 'health') return cluster.health ? reply(cluster.health.map((health, i) => ({ name: `pd-${i + 1}`, member_id: i + 1, client_urls: [`http://10.77.0.1${i + 1}:2379`], health }))) : reply('context deadline exceeded', 500);
  if (cluster.pd === 'redirect-failed') return reply('[PD:apiutil:ErrRedirect]redirect failed', 500);
  if (cluster.pd === 'no-leader') return reply('[PD:apiutil:ErrRedirectNoLeader]redirect finds no leader', 503);
  if (cluster.pd === 'not-found') return reply('404 page not found', 404);
  if (cluster.pd === 'garbage') return reply('<html>a proxy</html>');
  if (cluster.pd === 'not-bootstrapped' && name === 'stores') return reply('[PD:cluster:ErrNotBootstrapped]TiKV cluster not bootstrapped, please start TiKV first', 500);
  return bodyOf(cluster, name);
}

function bodyOf(cluster: FakeCluster, name: string): Result<HttpResponse> {
  const count = (n: number | undefined) => (n === undefined ? reply('no such check', 404) : reply({ count: n, regions: [] }));
  if (name === 'stores') return reply({ count: cluster.stores.length, stores: cluster.stores.map(storeRow) });
  if (name === 'members') return reply({ header: {}, members: [1, 2, 3].map(memberRow), leader: memberRow(1), etcd_leader: memberRow(1) });
  if (name === 'regions/check/miss-peer') return count(cluster.checks.miss);
  if (name === 'regions/check/down-peer') return count(cluster.checks.down);
  if (name === 'regions/check/pending-peer') return count(cluster.checks.pending);
  if (name === 'stats/region') return reply({ count: cluster.totalRegions, empty_count: 0 });
  if (name === 'config/replicate') return reply({ 'max-replicas': 3, 'location-labels': '' });
  return reply('404 page not found', 404);
}

const reply = (body: unknown, status = 200): Result<HttpResponse> => ok({ status, body: typeof body === 'string' ? body : JSON.stringify(body) });
const memberRow = (n: number) => ({ name: `pd-${n}`, member_id: n, peer_urls: [], client_urls: [`http://10.77.0.1${n}:2379`] });
/** Store ids are not in the order of hosts, as in the recordings. */
const storeIds = [4, 1, 5, 1001];

function storeRow(store: FakeStore, i: number) {
  const host = `10.77.0.2${i + 1}`;
  return {
    store: { id: storeIds[i], address: `${host}:20160`, status_address: `${host}:20180`, version: '8.5.8', state_name: store.state ?? 'Up', labels: Object.entries(store.labels ?? {}).map(([key, value]) => ({ key, value })) },
    status: {
      capacity: store.capacity ?? '5.82GiB', available: store.available ?? '5.055GiB', leader_count: store.leaders ?? 35, region_count: store.regions ?? 106, ...(store.weight !== undefined && { leader_weight: store.weight, region_weight: store.weight }),
      ...(store.capacity !== '0B' && { slow_score: store.slowScore ?? 1 }),
      last_heartbeat_ts: store.heartbeatAgoMs === Infinity ? '1970-01-01T00:00:00Z' : new Date(nowMs - (store.heartbeatAgoMs ?? 4_000)).toISOString(),
    },
  };
}

function samplesOf(cluster: FakeCluster, promql: string): Result<readonly Sample[]> {
  if (cluster.prometheus === 'refuses') return failed('LAB_CONNECTION_REFUSED', 'Prometheus refuses connections');
  if (cluster.prometheus === 'empty') return ok([]);
  const stores = <T>(pick: (store: FakeStore) => T | undefined) => cluster.stores.flatMap((store, i) => (pick(store) === undefined ? [] : [[`10.77.0.2${i + 1}:20180`, pick(store) as T] as const]));
  const numbers = (rows: readonly (readonly [string, number])[]) => ok(rows.map(([instance, value]) => sample({ job: 'tikv', instance }, value)));
  if (promql === 'up') return ok([...cluster.membersUp.flatMap((up, i) => (up === undefined ? [] : [sample({ job: 'pd', instance: `10.77.0.1${i + 1}:2379` }, up ? 1 : 0)])), ...upRows(cluster), ...(cluster.otherTargets ?? []).map(({ job, instance, up }) => sample({ job, instance }, up ? 1 : 0)), sample({ job: 'nodes', instance: '10.77.0.21:9100' }, 1)]);
  if (promql.startsWith('max_over_time(up')) return numbers(stores(({ dark }) => (dark ? 0 : undefined)));
  if (promql.includes('etcd_disk_wal_fsync')) return ok((cluster.fsync ?? [0.004, 0.005, 0.004]).map((value, i) => sample({ job: 'pd', instance: `10.77.0.1${i + 1}:2379` }, value)));
  if (promql.startsWith('node_time_seconds')) return ok(Object.entries(cluster.clocks ?? {}).map(([host, value]) => sample({ job: 'nodes', instance: `${host}:9100` }, value)));
  const latencies = stores(({ p99 }) => p99 ?? { raw_put: 0.011, raw_get: 0.004, kv_commit: Number.NaN }).flatMap(([instance, p99]) => Object.entries(p99).map(([type, value]) => ({ labels: { instance, type }, value })));
  if (promql.startsWith('histogram_quantile')) return ok(latencies.map(({ labels, value }) => sample(labels, value)));
  if (promql.startsWith('sum by (instance, type)')) return ok(cluster.scrapesAreRare && promql.includes('[30s]') ? [] : latencies.flatMap(({ labels, value }) => (Number.isNaN(value) || cluster.thin?.includes(labels.type) ? [] : [sample(labels, 40)])));
  if (promql.startsWith('sum by (instance) (rate(tikv_grpc_msg_duration_seconds_count')) return numbers(stores(({ up, rate }) => (up === false ? undefined : (rate ?? 100))));
  if (promql.startsWith('tikv_raftstore_region_count')) return numbers(stores(({ up, ownLeaders, leaders }) => (up === false ? undefined : (ownLeaders ?? leaders))));
  if (promql.startsWith('max by (instance) (tikv_raftstore_slow_score')) return numbers(stores(({ up }) => (up === false ? undefined : 1)));
  if (promql.includes('offset 1m')) return ok(cluster.roles.minuteAgo.map((instance) => sample({ job: 'pd', instance }, 1)));
  return ok(cluster.roles.now.map((instance) => sample({ job: 'pd', instance }, 1)));
}

const upRows = (cluster: FakeCluster): Sample[] =>
  cluster.stores.flatMap((store, i) => ('up' in store && store.up === undefined ? [] : [sample({ job: 'tikv', instance: `10.77.0.2${i + 1}:20180` }, store.up === false ? 0 : 1)]));
const sample = (labels: Sample['labels'], value: number): Sample => ({ labels, atMs: nowMs, value });
