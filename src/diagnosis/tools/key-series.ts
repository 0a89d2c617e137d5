/** One series that is worth comparing on every node. */
export interface KeySeries {
  readonly signal: string;
  readonly promql: string;
  /** A change below this is noise whatever the quiet spread was, in the series' own unit. */
  readonly floor: number;
}

const p99 = (family: string, more = ''): string => `histogram_quantile(0.99, sum by (instance, le) (rate(${family}_bucket${more}[30s])))`;
const rate = (counter: string): string => `sum by (instance) (rate(${counter}[30s]))`;

const common: readonly KeySeries[] = [
  { signal: 'up', promql: 'up', floor: 0.2 },
  { signal: 'process start time', promql: 'process_start_time_seconds', floor: 0.2 },
  { signal: 'CPU cores used', promql: 'rate(process_cpu_seconds_total[30s])', floor: 0.05 },
  { signal: 'resident memory bytes', promql: 'process_resident_memory_bytes', floor: 16 * 2 ** 20 },
  { signal: 'scrape duration seconds', promql: 'scrape_duration_seconds', floor: 0.1 },
];

const bySubject: Readonly<Record<string, readonly KeySeries[]>> = {
  tikv: [
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
    { signal: 'slow score', promql: 'max by (instance) (tikv_raftstore_slow_score)', floor: 5 },
    { signal: 'bytes available', promql: 'tikv_store_size_bytes{type="available"}', floor: 128 * 2 ** 20 },
    { signal: 'pre-votes per second', promql: rate('tikv_raftstore_raft_sent_message_total{type="prevote"}'), floor: 1 },
    { signal: 'unreachable reports per second', promql: rate('tikv_server_report_failure_msg_total'), floor: 1 },
    { signal: 'control plane reconnects per second', promql: rate('tikv_pd_reconnect_total'), floor: 0.1 },
    { signal: 'etcd has leader', promql: 'etcd_server_has_leader', floor: 0.2 },
    { signal: 'etcd is leader', promql: 'etcd_server_is_leader', floor: 0.2 },
    { signal: 'etcd fsync p99 seconds', promql: p99('etcd_disk_wal_fsync_duration_seconds'), floor: 0.01 },
  ],
  etcd: [
    { signal: 'etcd has leader', promql: 'etcd_server_has_leader', floor: 0.2 },
    { signal: 'etcd is leader', promql: 'etcd_server_is_leader', floor: 0.2 },
    { signal: 'etcd fsync p99 seconds', promql: p99('etcd_disk_wal_fsync_duration_seconds'), floor: 0.01 },
    { signal: 'etcd peer round trip p99 seconds', promql: p99('etcd_network_peer_round_trip_time_seconds'), floor: 0.01 },
    { signal: 'etcd database bytes', promql: 'etcd_mvcc_db_total_size_in_bytes', floor: 16 * 2 ** 20 },
  ],
};

/** The key series of a subject; those that every process has come first. */
export const keySeriesOf = (subject: string): readonly KeySeries[] => [...common, ...(bySubject[subject] ?? [])];
