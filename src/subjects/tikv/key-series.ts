import type { KeySeries } from '../contract.ts';

const p99 = (family: string, more = ''): string => `histogram_quantile(0.99, sum by (instance, le) (rate(${family}_bucket${more}[30s])))`;
const rate = (counter: string): string => `sum by (instance) (rate(${counter}[30s]))`;

/** What is worth comparing on every store and PD member against its own quiet time. */
export const keySeries: readonly KeySeries[] = [
  { signal: 'requests per second', promql: rate('tikv_grpc_msg_duration_seconds_count'), floor: 5 },
  { signal: 'get p99 seconds', promql: p99('tikv_grpc_msg_duration_seconds', '{type=~"raw_get|kv_get|coprocessor"}'), floor: 0.01 },
  { signal: 'put p99 seconds', promql: p99('tikv_grpc_msg_duration_seconds', '{type=~"raw_put|raw_batch_put|kv_prewrite|kv_commit"}'), floor: 0.01 },
  { signal: 'append log p99 seconds', promql: p99('tikv_raftstore_append_log_duration_seconds'), floor: 0.01 },
  { signal: 'commit log p99 seconds', promql: p99('tikv_raftstore_commit_log_duration_seconds'), floor: 0.01 },
  { signal: 'apply log p99 seconds', promql: p99('tikv_raftstore_apply_log_duration_seconds'), floor: 0.01 },
  { signal: 'raft engine sync p99 seconds', promql: p99('raft_engine_sync_log_duration_seconds'), floor: 0.01 },
  { signal: 'propose wait p99 seconds', promql: p99('tikv_raftstore_request_wait_time_duration_secs'), floor: 0.01 },
  { signal: 'leaders', promql: 'sum by (instance) (tikv_raftstore_region_count{type="leader"})', floor: 3 },
  { signal: 'regions', promql: 'sum by (instance) (tikv_raftstore_region_count{type="region"})', floor: 3 },
  { signal: 'slow score', promql: 'max by (instance) (tikv_raftstore_slow_score{type!="network"})', floor: 5 },
  { signal: 'bytes available', promql: 'tikv_store_size_bytes{type="available"}', floor: 128 * 2 ** 20 },
  { signal: 'pre-votes per second', promql: rate('tikv_raftstore_raft_sent_message_total{type="prevote"}'), floor: 1 },
  { signal: 'unreachable reports per second', promql: rate('tikv_server_report_failure_msg_total'), floor: 1 },
  { signal: 'control plane reconnects per second', promql: rate('tikv_pd_reconnect_total'), floor: 0.1 },
  { signal: 'etcd has leader', promql: 'etcd_server_has_leader', floor: 0.2 },
  { signal: 'etcd is leader', promql: 'etcd_server_is_leader', floor: 0.2 },
  { signal: 'etcd fsync p99 seconds', promql: p99('etcd_disk_wal_fsync_duration_seconds'), floor: 0.01 },
];
