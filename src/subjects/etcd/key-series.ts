import type { KeySeries } from '../contract.ts';

const p99 = (family: string, more = ''): string => `histogram_quantile(0.99, sum by (instance, le) (rate(${family}_bucket${more}[30s])))`;
const rate = (counter: string): string => `sum by (instance) (rate(${counter}[30s]))`;

/** What is worth comparing on every member against its own quiet time. */
export const keySeries: readonly KeySeries[] = [
  { signal: 'requests per second', promql: rate('grpc_server_handled_total{grpc_service="etcdserverpb.KV"}'), floor: 2 },
  { signal: 'failed requests per second', promql: rate('grpc_server_handled_total{grpc_service="etcdserverpb.KV",grpc_code!="OK"}'), floor: 0.2 },
  { signal: 'put and txn p99 seconds', promql: p99('grpc_server_handling_seconds', '{grpc_method=~"Put|Txn"}'), floor: 0.01 },
  { signal: 'range p99 seconds', promql: p99('grpc_server_handling_seconds', '{grpc_method="Range"}'), floor: 0.01 },
  { signal: 'WAL fsync p99 seconds', promql: p99('etcd_disk_wal_fsync_duration_seconds'), floor: 0.01 },
  { signal: 'backend commit p99 seconds', promql: p99('etcd_disk_backend_commit_duration_seconds'), floor: 0.02 },
  { signal: 'apply p99 seconds', promql: p99('etcd_server_apply_duration_seconds'), floor: 0.01 },
  { signal: 'slowest peer round trip p99 seconds', promql: 'max by (instance) (histogram_quantile(0.99, sum by (instance, To, le) (rate(etcd_network_peer_round_trip_time_seconds_bucket[1m]))))', floor: 0.02 },
  { signal: 'has leader', promql: 'etcd_server_has_leader', floor: 0.2 },
  { signal: 'is leader', promql: 'etcd_server_is_leader', floor: 0.2 },
  { signal: 'leader changes seen', promql: 'etcd_server_leader_changes_seen_total', floor: 0.2 },
  { signal: 'failed proposals per second', promql: rate('etcd_server_proposals_failed_total'), floor: 0.2 },
  { signal: 'pending proposals', promql: 'etcd_server_proposals_pending', floor: 3 },
  { signal: 'late heartbeats per second', promql: rate('etcd_server_heartbeat_send_failures_total'), floor: 0.1 },
  { signal: 'slow applies per second', promql: rate('etcd_server_slow_apply_total'), floor: 0.2 },
  { signal: 'failed sends to peers per second', promql: rate('etcd_network_peer_sent_failures_total'), floor: 0.5 },
  { signal: 'peers connected', promql: 'sum by (instance) (etcd_network_active_peers)', floor: 0.2 },
  { signal: 'entries applied', promql: 'deriv(etcd_server_proposals_applied_total[30s])', floor: 2 },
  { signal: 'database bytes', promql: 'etcd_mvcc_db_total_size_in_bytes', floor: 2 ** 20 },
  { signal: 'share of the quota in use', promql: 'etcd_mvcc_db_total_size_in_bytes / etcd_server_quota_backend_bytes', floor: 0.1 },
  { signal: 'goroutines', promql: 'go_goroutines', floor: 50 },
  { signal: 'share of file descriptors in use', promql: 'process_open_fds / process_max_fds', floor: 0.1 },
];
