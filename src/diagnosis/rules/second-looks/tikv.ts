import type { Investigation } from '../investigation.ts';
import { lookAtSettings } from './settings.ts';
import { noteLogMark, noteMark, type LogMark, type Mark } from './notes.ts';
import type { SecondLook } from './second-look.ts';

const marks = (...all: readonly Mark[]) => async (investigation: Investigation): Promise<void> => {
  for (const mark of all) await noteMark(investigation, mark);
};
const logMarks = (...all: readonly LogMark[]) => async (investigation: Investigation): Promise<void> => {
  for (const mark of all) await noteLogMark(investigation, mark);
};
const both = (...looks: readonly SecondLook['look'][]): SecondLook['look'] => async (investigation) => {
  for (const look of looks) await look(investigation);
};

/** Kinds of line in which a program gives the reason why a connection ended or could not be made; whatever else quotes such words is no reason. */
const aboutConnections = /^(connection abort|rejected connection|wait connect timeout|connection failed|request failed|failed to connect|failed to dial|prober detected unhealthy|lost TCP streaming)/i;
const refusedCertificate = (contains: string): LogMark => ({ sign: 'certificate-refused', contains, passes: ({ message, level }) => level !== 'INFO' && aboutConnections.test(message) });

const slow = ['slow-everywhere', 'waits-everywhere', 'reads-slow', 'writes-slow', 'append-slow', 'waits-slow'] as const;

/** The names of metrics and messages are those of TiKV 8.5 and PD 8.5, limits those of the vendor's alert rules where there is one. */
export const secondLooks: readonly SecondLook[] = [
  {
    when: ['restarted', 'fatal-other', 'scrape-refused'],
    look: both(
      logMarks({ sign: 'corruption-logged', contains: 'Corruption' }, { sign: 'corruption-logged', contains: 'detected rocksdb background error' }, { sign: 'corruption-logged', contains: 'detected damaged regions' }),
      logMarks({ sign: 'identity-refused', contains: 'duplicated store address' }, { sign: 'config-refused', contains: 'failed to validate config', passes: ({ message }) => message.includes('failed to validate config') && !/memory-usage-limit/.test(message) }, { sign: 'config-refused', contains: 'invalid configuration', passes: ({ message, level }) => level === 'FATAL' && message.includes('invalid configuration') && !/memory-usage-limit/.test(message) }),
    ),
  },
  { when: ['reads-slow', 'fatal-other'], look: marks({ sign: 'reads-damaged', what: 'critical errors a second', promql: 'sum by (instance) (rate(tikv_critical_error_total{type=~"rocksdb get|rocksdb iter|sst_corruption"}[1m]))', atLeast: 0.02, factor: 2 }) },
  { when: ['called-disconnected', 'pending-peers', 'streams-flap'], look: marks({ sign: 'wrong-store-messages', what: 'messages for another store that are dropped in a second', promql: 'sum by (instance) (rate(tikv_raftstore_raft_dropped_message_total{type="mismatch_store_id"}[1m]))', atLeast: 0.1, factor: 3 }) },
  {
    when: ['streams-flap', 'stores-lost-control-plane', 'cut-from-control-plane', 'peers-lost-it', 'member-unhealthy'],
    look: both(
      logMarks(refusedCertificate('certificate has expired'), refusedCertificate('CERTIFICATE_VERIFY_FAILED'), refusedCertificate('x509: certificate')),
      marks(
        { sign: 'descriptors-used-up', what: 'share of its file descriptors in use', promql: 'max by (instance) (process_open_fds{job=~"tikv|pd"} / process_max_fds{job=~"tikv|pd"})', atLeast: 0.95 },
        { sign: 'connections-used-up', what: "share of its host's connection table in use", promql: 'max by (instance) (node_nf_conntrack_entries / node_nf_conntrack_entries_limit)', atLeast: 0.95 },
      ),
    ),
  },
  {
    when: [...slow, 'evicted-as-slow', 'many-slow-scores'],
    look: both(marks(
      { sign: 'backup-runs', what: 'bytes that are imported or exported in a second', promql: 'sum(rate(tikv_io_bytes{type=~"import|export"}[1m]))', atLeast: 1e6, factor: 5 },
      { sign: 'snapshots-flow', what: 'snapshots that are sent or received at once', promql: 'sum(tikv_raftstore_snapshot_traffic_total)', atLeast: 8, factor: 4 },
    ), logMarks({ sign: 'backup-runs', contains: 'run backup task' })),
  },
  {
    when: [...slow, 'many-slow-scores', 'hot-write-region', 'takes-most-writes'],
    look: marks(
      { sign: 'latches-wait', what: 'p99 of waits for latches in seconds, where flow control holds nobody back who has one', promql: 'histogram_quantile(0.99, sum by (le) (rate(tikv_scheduler_latch_wait_duration_seconds_bucket[1m]))) unless on() sum(max_over_time(tikv_scheduler_throttle_flow[1m])) > 0', atLeast: 0.05, factor: 5 },
      { sign: 'proposals-slow', what: 'seconds that a write takes from its proposal on', promql: 'sum by (instance) (rate(tikv_storage_engine_async_request_duration_seconds_sum{type="write"}[1m])) / sum by (instance) (rate(tikv_storage_engine_async_request_duration_seconds_count{type="write"}[1m]))', atLeast: 0.01, factor: 2 },
      { sign: 'locks-resolved', what: 'lookups and clean-ups of locks in a second', promql: 'sum(rate(tikv_storage_command_total{type=~"resolve_lock|resolve_lock_lite|check_txn_status|cleanup"}[1m]))', atLeast: 20, factor: 5 },
    ),
  },
  { when: ['traffic-up'], look: marks({ sign: 'answers-fell', what: 'share of what is asked that is not answered', promql: '1 - sum(rate(tikv_grpc_msg_duration_seconds_count{type=~"raw_.*|kv_.*|coprocessor"}[30s])) / sum(rate(tikv_storage_command_total[30s]))', atLeast: 0.5, factor: 2 }) },
  {
    when: ['restarted', 'pending-peers'],
    look: marks(
      { sign: 'log-lags', what: 'p99 of entries that its replicas are behind', promql: 'histogram_quantile(0.99, sum by (instance, le) (rate(tikv_raftstore_log_lag_bucket[1m])))', atLeast: 5_000, factor: 3 },
      { sign: 'applies-late', what: 'regions that are busy with applying', promql: 'sum by (instance) (tikv_raftstore_busy_on_apply_region_total)', atLeast: 1, factor: 3 },
    ),
  },
  { when: ['leads-nothing'], look: marks({ sign: 'some-asked-in-vain', what: 'requests that a store refuses in a second since it does not lead', promql: 'sum by (instance) (rate(tikv_storage_engine_async_request_total{status="err_not_leader"}[1m]))', atLeast: 20, factor: 5, only: 'leads-nothing' }) },
  {
    when: ['no-leader-answers', 'quorum-lost', 'stores-lost-control-plane'],
    look: both(
      logMarks({ sign: 'members-out-of-space', contains: 'database space exceeded', passes: ({ level }) => level !== 'INFO' }),
      marks({ sign: 'members-out-of-space', what: "share of the control plane's space quota in use", promql: 'max(etcd_mvcc_db_total_size_in_bytes{job="pd"} / etcd_server_quota_backend_bytes{job="pd"})', atLeast: 0.99 }),
    ),
  },
  { when: ['pre-vote-loop', 'writes-throttled', 'level-0-full', 'waits-slow', 'reads-slow', 'writes-slow'], look: lookAtSettings },
];
