import type { Signal } from '../contract.ts';

/** Requests that a client waits for, as a PromQL regular expression over the `type` label. Scans, coprocessor and GC are left out: their length is the client's wish. */
export const foregroundTypes = 'raw_get|raw_put|raw_delete|raw_batch_get|raw_batch_put|kv_get|kv_batch_get|kv_prewrite|kv_commit';

const p99 = (bucket: string, selector = ''): string => `histogram_quantile(0.99, sum by (instance, le) (rate(${bucket}_bucket${selector}[1m])))`;

const ahead = 'node_time_seconds - timestamp(node_time_seconds)';

/** How far a machine's clock is ahead of the one in the middle, so that a wrong clock of the monitoring blames nobody, also when one of three is lost; with fewer than three machines, of the one that stamps their scrapes. */
export const clockOffset = `${ahead} - scalar(quantile(0.5, ${ahead}) and count(count_over_time(node_time_seconds[10m])) >= 3 or vector(0))`;

/** What is worth charting of a TiKV cluster, cause side and symptom side, one line per instance or store. */
export const signals: readonly Signal[] = [
  { id: 'request-rate', title: 'Requests per store', unit: 'per-second', by: 'instance', promql: `sum by (instance) (rate(tikv_grpc_msg_duration_seconds_count{type=~"${foregroundTypes}"}[30s]))` },
  { id: 'raw-put-p99', title: 'raw_put p99 per store', unit: 'seconds', by: 'instance', promql: p99('tikv_grpc_msg_duration_seconds', '{type="raw_put"}'), threshold: 0.1 },
  { id: 'raw-get-p99', title: 'raw_get p99 per store', unit: 'seconds', by: 'instance', promql: p99('tikv_grpc_msg_duration_seconds', '{type="raw_get"}'), threshold: 0.1 },
  { id: 'leaders', title: 'Region leaders per store', unit: 'count', by: 'instance', promql: 'tikv_raftstore_region_count{type="leader"}' },
  { id: 'pending-regions', title: 'Regions with pending peers', unit: 'count', promql: 'max(pd_regions_status{type="pending-peer-region-count"})' },
  { id: 'up', title: 'Scrapes that work', unit: 'count', by: 'instance', promql: 'up{job=~".*(pd|tikv)"}' },
  { id: 'append-log-p99', title: 'Raft log append p99 per store', unit: 'seconds', by: 'instance', promql: p99('tikv_raftstore_append_log_duration_seconds') },
  { id: 'raft-engine-sync-p99', title: 'Raft engine sync p99 per store', unit: 'seconds', by: 'instance', promql: p99('raft_engine_sync_log_duration_seconds') },
  { id: 'pd-fsync-p99', title: 'etcd fsync p99 per PD member', unit: 'seconds', by: 'instance', promql: p99('etcd_disk_wal_fsync_duration_seconds', '{job="pd"}'), threshold: 0.25 },
  { id: 'clock-offset', title: 'Clock against that of the other machines', unit: 'seconds', by: 'instance', promql: clockOffset },
  { id: 'slow-score', title: 'Slow score per store', unit: 'count', by: 'instance', promql: 'max by (instance) (tikv_raftstore_slow_score{type!="network"})', threshold: 80 },
  { id: 'stores-not-up', title: 'Stores that PD calls disconnected, unhealthy or down', unit: 'count', promql: 'sum(pd_cluster_status{type=~"store_disconnected_count|store_unhealth_count|store_down_count"})' },
  { id: 'cpu', title: 'CPU per store', unit: 'per-second', by: 'instance', promql: 'sum by (instance) (rate(tikv_thread_cpu_seconds_total[30s]))' },
  { id: 'disk-available', title: 'Free share of the disk per store', unit: 'ratio', by: 'instance', promql: 'sum by (instance) (tikv_store_size_bytes{type="available"}) / sum by (instance) (tikv_store_size_bytes{type="capacity"})', threshold: 0.3 },
];
