import type { Sample } from '../../ports/metrics.ts';
import type { Ports } from '../../ports/ports.ts';

const p99 = (family: string, more: string, by = 'instance'): string => `histogram_quantile(0.99, sum by (${by}, le) (rate(${family}_bucket${more}[1m])))`;

/** Writes as clients wait for them; extensive metrics only. */
export const unaryWrites = '{grpc_type="unary",grpc_method=~"Put|Txn|DeleteRange|LeaseGrant"}';
/** Codes of requests that the cluster failed; a refused argument or a missing key is the client's own affair. */
export const failureCodes = 'Unknown|Unavailable|DeadlineExceeded|ResourceExhausted|Internal|DataLoss';

const kv = 'grpc_service=~"etcdserverpb.(KV|Lease)"';
/** A rate below this is too thin for a percentile or a share: one request would be all of it. */
const busy = `sum by (instance) (rate(grpc_server_handled_total{${kv}}[1m])) > 1`;

const queries = {
  up: 'up',
  // Of a member that has just ended, too: its id is what the others call it in their logs and metrics.
  ids: 'max_over_time(etcd_server_id[10m]) == 1',
  hasLeader: 'etcd_server_has_leader',
  fsync: p99('etcd_disk_wal_fsync_duration_seconds', ''),
  commit: p99('etcd_disk_backend_commit_duration_seconds', ''),
  writes: `${p99('grpc_server_handling_seconds', unaryWrites)} and (${busy})`,
  failedShare: `sum by (instance) (rate(grpc_server_handled_total{${kv},grpc_code=~"${failureCodes}"}[1m])) / (${busy})`,
  quota: 'etcd_server_quota_backend_bytes',
  quotaIn: '(etcd_server_quota_backend_bytes - etcd_mvcc_db_total_size_in_bytes) / (deriv(etcd_mvcc_db_total_size_in_bytes[5m]) > 0)',
  openFiles: 'process_open_fds / process_max_fds',
  restarted: 'changes(process_start_time_seconds[10m]) > 0',
  sendFailures: 'increase(etcd_network_peer_sent_failures_total[1m])',
  // Half of them: the tail of a link is long for a minute after a process comes back.
  roundTrips: p99('etcd_network_peer_round_trip_time_seconds', '', 'instance, To').replace('0.99', '0.5'),
  leaderChanges: 'max(increase(etcd_server_leader_changes_seen_total[15m]))',
} as const;

/** The name of one question to Prometheus. */
export type Question = keyof typeof queries;

/** What Prometheus says. */
export interface Telemetry {
  readonly of: (question: Question) => readonly Sample[];
  /** Why Prometheus could not be asked. */
  readonly because?: string;
}

/** Asks Prometheus everything that one look needs. */
export async function askTelemetry({ metrics }: Pick<Ports, 'metrics'>): Promise<Telemetry> {
  const names = Object.keys(queries) as Question[];
  const answers = await Promise.all(names.map((name) => metrics.query(queries[name])));
  const trouble = answers.find((answer) => !answer.ok);
  const samples = new Map(names.map((name, index) => [name, valuesOf(answers[index])]));
  return { of: (question) => samples.get(question) ?? [], ...(trouble && !trouble.ok && { because: trouble.failure.because }) };
}

/** An idle histogram has no percentile (NaN); one beyond the last bucket is infinite and counts. */
function valuesOf(answer: Awaited<ReturnType<Ports['metrics']['query']>> | undefined): readonly Sample[] {
  return answer?.ok ? answer.value.filter(({ value }) => !Number.isNaN(value)) : [];
}
