import type { Signal } from '../contract.ts';

const p99 = (family: string, selector = ''): string => `histogram_quantile(0.99, sum by (instance, le) (rate(${family}_bucket${selector}[1m])))`;
const kv = 'grpc_service="etcdserverpb.KV"';

/** What is worth charting of an etcd cluster, cause side and symptom side, one line per member. */
export const signals: readonly Signal[] = [
  { id: 'request-rate', title: 'Requests per member', unit: 'per-second', by: 'instance', promql: `sum by (instance) (rate(grpc_server_handled_total{${kv}}[30s]))` },
  { id: 'failed-rate', title: 'Failed requests per member', unit: 'per-second', by: 'instance', promql: `sum by (instance) (rate(grpc_server_handled_total{${kv},grpc_code!="OK"}[30s]))` },
  { id: 'write-p99', title: 'Put and txn p99 per member', unit: 'seconds', by: 'instance', promql: p99('grpc_server_handling_seconds', '{grpc_type="unary",grpc_method=~"Put|Txn"}'), threshold: 0.1 },
  { id: 'read-p99', title: 'Range p99 per member', unit: 'seconds', by: 'instance', promql: p99('grpc_server_handling_seconds', '{grpc_type="unary",grpc_method="Range"}'), threshold: 0.1 },
  { id: 'fsync-p99', title: 'WAL fsync p99 per member', unit: 'seconds', by: 'instance', promql: p99('etcd_disk_wal_fsync_duration_seconds'), threshold: 0.1 },
  { id: 'commit-p99', title: 'Backend commit p99 per member', unit: 'seconds', by: 'instance', promql: p99('etcd_disk_backend_commit_duration_seconds'), threshold: 0.25 },
  { id: 'round-trip-p99', title: 'Round trip to the slowest peer, p99 per member', unit: 'seconds', by: 'instance', promql: 'max by (instance) (histogram_quantile(0.99, sum by (instance, To, le) (rate(etcd_network_peer_round_trip_time_seconds_bucket[1m]))))', threshold: 0.15 },
  { id: 'send-failures', title: 'Messages that could not be sent, by peer', unit: 'per-second', by: 'To', promql: 'sum by (To) (rate(etcd_network_peer_sent_failures_total[30s]))' },
  { id: 'up', title: 'Scrapes that work', unit: 'count', by: 'instance', promql: 'up{job="etcd"}' },
  { id: 'has-leader', title: 'Members that know a leader', unit: 'count', by: 'instance', promql: 'etcd_server_has_leader' },
  { id: 'is-leader', title: 'Who leads', unit: 'count', by: 'instance', promql: 'etcd_server_is_leader' },
  { id: 'committed', title: 'Entries committed', unit: 'per-second', by: 'instance', promql: 'deriv(etcd_server_proposals_committed_total[30s])' },
  { id: 'database-share', title: 'Database size, share of its quota', unit: 'ratio', by: 'instance', promql: 'etcd_mvcc_db_total_size_in_bytes / etcd_server_quota_backend_bytes', threshold: 0.8 },
  { id: 'cpu', title: 'CPU per member', unit: 'per-second', by: 'instance', promql: 'rate(process_cpu_seconds_total{job="etcd"}[30s])' },
];
