import type { Millis } from '../../src/kernel/clock.ts';

/** A signal that is compared: what it is called, how it is computed, and the least change that counts as one. */
export interface FidelitySignal {
  readonly id: string;
  readonly promql: string;
  /** One line per node, or one for the whole cluster. */
  readonly per: 'store' | 'member' | 'cluster';
  /** Changes smaller than this are noise whatever the quiet window says; in the signal's own unit. */
  readonly leastChange: number;
  /** How much must have been scraped before it tells its level: a rate over a window that is half empty is half too low. Absent: nothing. */
  readonly looksBackMs?: Millis;
}

const p99 = (histogram: string, selector = ''): string => `histogram_quantile(0.99, sum by (instance, le) (rate(${histogram}_bucket${selector}[30s])))`;
const ofRate = (promql: string): Pick<FidelitySignal, 'promql' | 'looksBackMs'> => ({ promql, looksBackMs: 30_000 });
const rate = (counter: string): ReturnType<typeof ofRate> => ofRate(`sum by (instance) (rate(${counter}[30s]))`);

/** What the twin must show like a real cluster: by store, by PD member, and for the whole. Seconds, counts and per-second rates. */
export const fidelitySignals: readonly FidelitySignal[] = [
  { id: 'store up', per: 'store', leastChange: 0.5, promql: 'up{job=~".*tikv"}' },
  { id: 'store start time', per: 'store', leastChange: 1, promql: 'process_start_time_seconds{job=~".*tikv"}' },
  { id: 'leaders', per: 'store', leastChange: 3, promql: 'tikv_raftstore_region_count{type="leader"}' },
  { id: 'regions', per: 'store', leastChange: 3, promql: 'tikv_raftstore_region_count{type="region"}' },
  { id: 'gets', per: 'store', leastChange: 10, ...rate('tikv_grpc_msg_duration_seconds_count{type=~"raw_get|kv_get"}') },
  { id: 'puts', per: 'store', leastChange: 10, ...rate('tikv_grpc_msg_duration_seconds_count{type=~"raw_put|raw_batch_put|kv_prewrite"}') },
  { id: 'get p99', per: 'store', leastChange: 0.05, promql: p99('tikv_grpc_msg_duration_seconds', '{type="raw_get"}') },
  { id: 'put p99', per: 'store', leastChange: 0.05, promql: p99('tikv_grpc_msg_duration_seconds', '{type="raw_put"}') },
  { id: 'append log p99', per: 'store', leastChange: 0.02, promql: p99('tikv_raftstore_append_log_duration_seconds') },
  { id: 'commit log p99', per: 'store', leastChange: 0.03, promql: p99('tikv_raftstore_commit_log_duration_seconds') },
  { id: 'apply log p99', per: 'store', leastChange: 0.02, promql: p99('tikv_raftstore_apply_log_duration_seconds') },
  { id: 'apply wait p99', per: 'store', leastChange: 0.02, promql: p99('tikv_raftstore_apply_wait_time_duration_secs') },
  { id: 'propose wait p99', per: 'store', leastChange: 0.02, promql: p99('tikv_raftstore_request_wait_time_duration_secs') },
  { id: 'raft engine sync p99', per: 'store', leastChange: 0.02, promql: p99('raft_engine_sync_log_duration_seconds') },
  { id: 'disk slow score', per: 'store', leastChange: 5, promql: 'max by (instance) (tikv_raftstore_slow_score{type!="network"})' },
  { id: 'CPU', per: 'store', leastChange: 0.08, ...rate('tikv_thread_cpu_seconds_total') },
  { id: 'raft messages sent', per: 'store', leastChange: 30, ...rate('tikv_raftstore_raft_sent_message_total') },
  { id: 'votes asked', per: 'store', leastChange: 1, ...rate('tikv_raftstore_raft_sent_message_total{type=~"vote|prevote",status="accept"}') },
  { id: 'leader missing', per: 'store', leastChange: 0.5, promql: 'max by (instance) (tikv_raftstore_leader_missing)' },
  { id: 'hibernated peers', per: 'store', leastChange: 5, promql: 'sum by (instance) (tikv_raftstore_hibernated_peer_state{state="hibernated"})' },
  { id: 'failure reports', per: 'store', leastChange: 0.2, ...rate('tikv_server_report_failure_msg_total') },
  { id: 'heartbeats to PD', per: 'store', leastChange: 2, ...rate('tikv_pd_heartbeat_message_total') },
  { id: 'free share of the disk', per: 'store', leastChange: 0.05, promql: 'sum by (instance) (tikv_store_size_bytes{type="available"}) / sum by (instance) (tikv_store_size_bytes{type="capacity"})' },
  { id: 'write stall', per: 'store', leastChange: 1, promql: 'max by (instance) (tikv_engine_write_stall{type="write_stall_max"})' },
  { id: 'L0 files', per: 'store', leastChange: 3, promql: 'sum by (instance) (tikv_engine_num_files_at_level{db="kv",cf="default",level="0"})' },
  { id: 'resident memory', per: 'store', leastChange: 80e6, promql: 'process_resident_memory_bytes{job=~".*tikv"}' },
  { id: 'member up', per: 'member', leastChange: 0.5, promql: 'up{job=~".*pd"}' },
  { id: 'member start time', per: 'member', leastChange: 1, promql: 'process_start_time_seconds{job=~".*pd"}' },
  { id: 'etcd has a leader', per: 'member', leastChange: 0.5, promql: 'max by (instance) (etcd_server_has_leader)' },
  { id: 'etcd leads', per: 'member', leastChange: 0.5, promql: 'max by (instance) (etcd_server_is_leader)' },
  { id: 'etcd leader changes', per: 'member', leastChange: 0.5, promql: 'max by (instance) (etcd_server_leader_changes_seen_total)' },
  { id: 'fsync p99', per: 'member', leastChange: 0.02, promql: p99('etcd_disk_wal_fsync_duration_seconds', '{job=~".*pd"}') },
  { id: 'serves TSO', per: 'member', leastChange: 0.5, promql: 'max by (instance) (pd_tso_role)' },
  { id: 'TSO requests', per: 'cluster', leastChange: 2, ...ofRate('sum(rate(pd_server_handle_tso_duration_seconds_count[30s]))') },
  { id: 'stores up', per: 'cluster', leastChange: 0.5, promql: 'max(pd_cluster_status{type="store_up_count"})' },
  { id: 'stores disconnected', per: 'cluster', leastChange: 0.5, promql: 'max(pd_cluster_status{type="store_disconnected_count"})' },
  { id: 'stores slow', per: 'cluster', leastChange: 0.5, promql: 'max(pd_cluster_status{type="store_slow_count"})' },
  { id: 'stores low on space', per: 'cluster', leastChange: 0.5, promql: 'max(pd_cluster_status{type="store_low_space_count"})' },
  { id: 'regions with a pending peer', per: 'cluster', leastChange: 2, promql: 'max(pd_regions_status{type="pending-peer-region-count"})' },
  { id: 'regions with a down peer', per: 'cluster', leastChange: 2, promql: 'max(pd_regions_status{type="down-peer-region-count"})' },
  { id: 'region heartbeats', per: 'cluster', leastChange: 2, ...ofRate('sum(rate(pd_scheduler_region_heartbeat{type="report"}[30s]))') },
  { id: 'operators made', per: 'cluster', leastChange: 0.1, ...ofRate('sum(rate(pd_schedule_operators_count{event="create"}[30s]))') },
];
