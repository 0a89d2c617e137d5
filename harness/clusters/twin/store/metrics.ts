import { bounds } from '../metrics/bounds.ts';
import type { Histogram } from '../metrics/histogram.ts';
import type { Counter } from '../metrics/instruments.ts';
import { CounterFamily, type Registry } from '../metrics/registry.ts';
import { countReceived } from './received.ts';

/** The client-facing requests of the model, and what each is called: a transaction of one put is committed in one phase, with its prewrite. */
export const requestNames = {
  raw: { get: { call: 'raw_get', command: 'raw_get' }, put: { call: 'raw_put', command: 'raw_put' } },
  txn: { get: { call: 'kv_get', command: 'get' }, put: { call: 'kv_prewrite', command: 'prewrite' } },
} as const;

/** How clients speak to stores. */
export type Api = keyof typeof requestNames;
type Request = 'get' | 'put';

/** Raft messages that a process counts from its start on, whether it sends any or not. */
const messageTypes = ['append', 'append_resp', 'heartbeat', 'heartbeat_resp', 'prevote', 'prevote_resp', 'vote', 'vote_resp', 'snapshot', 'timeout_now', 'transfer_leader', 'read_index', 'read_index_resp'] as const;

/** What one TiKV process counts: the instruments that the model moves, by the part that moves them. */
export class StoreMetrics {
  readonly registry: Registry;
  readonly grpc: Readonly<Record<Request, Histogram>>;
  readonly scheduler: Readonly<Record<Request, Histogram>>;
  readonly asyncWrite: Histogram;
  readonly asyncSnapshot: Histogram;
  readonly raftstore: RaftstoreMetrics;
  readonly raftEngine: RaftEngineMetrics;
  readonly counters: StoreCounters;
  /** Raft messages by type. */
  readonly sent: CounterFamily;
  /** Raft messages by the sending store. */
  readonly received: CounterFamily<number>;
  readonly pdHeartbeat: CounterFamily;
  /** Lookups in the block cache, by what was looked for and whether it was there. */
  readonly cache: CounterFamily;

  constructor(registry: Registry, api: Api) {
    this.registry = registry;
    const { get, put } = requestNames[api];
    for (const idle of ['raw_get', 'raw_put', 'raw_delete', 'raw_scan', 'raw_batch_get', 'raw_batch_put', 'kv_get', 'kv_prewrite', 'kv_commit', 'coprocessor', 'check_leader']) this.#call(idle);
    this.grpc = { get: this.#call(get.call), put: this.#call(put.call) };
    this.scheduler = { get: this.#command(get.command), put: this.#command(put.command) };
    const async = (type: string) => registry.histogram('tikv_storage_engine_async_request_duration_seconds', bounds.tikvLongDuration, { type });
    this.asyncWrite = async('write');
    this.asyncSnapshot = async('snapshot');
    this.raftstore = raftstoreMetrics(registry);
    this.raftEngine = raftEngineMetrics(registry);
    this.counters = storeCounters(registry, { get: get.command, put: put.command });
    this.sent = new CounterFamily((type) => registry.counter('tikv_raftstore_raft_sent_message_total', { status: 'accept', type }));
    for (const type of messageTypes) this.sent.of(type);
    this.received = new CounterFamily((store) => registry.counter('tikv_raftstore_message_recv_by_store', { store }));
    countReceived(registry, this.received);
    this.cache = new CounterFamily((type) => registry.counter('tikv_engine_cache_efficiency', { db: 'kv', type }));
    this.pdHeartbeat = new CounterFamily((type) => registry.counter('tikv_pd_heartbeat_message_total', { type }));
  }

  /** What counts puts: those that bring several values are commands of another name. */
  putsOf(valuesPerWrite: number): { readonly grpc: Histogram; readonly scheduler: Histogram } {
    return valuesPerWrite === 1 ? { grpc: this.grpc.put, scheduler: this.scheduler.put } : { grpc: this.#call('raw_batch_put'), scheduler: this.#command('raw_batch_put') };
  }

  #call(type: string): Histogram {
    return this.registry.histogram('tikv_grpc_msg_duration_seconds', bounds.grpcMessage, { priority: 'unknown', type });
  }

  #command(type: string): Histogram {
    return this.registry.histogram('tikv_scheduler_command_duration_seconds', bounds.tikvDuration, { type });
  }

  /** Waits of commands that flow control held back; the series is born with the first. */
  throttled(): Histogram {
    return this.registry.histogram('tikv_scheduler_throttle_duration_seconds', bounds.tikvDuration);
  }

  /** Commands that joined others in one entry; the series is born with the first. */
  batched(): Counter {
    return this.registry.counter('tikv_raftstore_proposal_total', { type: 'batch' });
  }

  /** Waits of transactions' commands for the keys that others hold; the series is born with the first command. */
  latches(): Histogram {
    return this.registry.histogram('tikv_scheduler_latch_wait_duration_seconds', bounds.tikvDuration, { type: requestNames.txn.put.command });
  }

  /** Probes of another store's network; a real store records only the slow ones, so the series is born with the first of those. */
  slowNetworkProbes(sourceId: number, targetId: number): Histogram {
    return this.registry.histogram('tikv_raftstore_inspect_network_duration_seconds', bounds.tikvDuration, { source: String(sourceId), target: String(targetId) });
  }

  /** Messages to a store that could not be delivered, since nobody answered there or since PD did not say where that is; the series is born with the first. */
  undelivered(storeId: number, type: 'unreachable' | 'resolve'): Counter {
    return this.registry.counter('tikv_server_report_failure_msg_total', { store_id: String(storeId), type });
  }

  pdRequest(type: string): Histogram {
    return this.registry.histogram('tikv_pd_request_duration_seconds', bounds.pdRequest, { type });
  }
}

/** What a store counts of its work. */
export type StoreCounters = ReturnType<typeof storeCounters>;

function storeCounters(registry: Registry, { get, put }: Readonly<Record<Request, string>>) {
  const counter = (name: string, labels = {}) => registry.counter(name, labels);
  const flow = (type: string) => counter('tikv_engine_flow_bytes', { db: 'kv', type });
  const async = (type: string, status: string) => counter('tikv_storage_engine_async_request_total', { status, type });
  const ready = (type: string) => counter('tikv_raftstore_raft_ready_handled_total', { type });
  return {
    /** Counted once per read. */
    reads: [
      counter('tikv_storage_command_total', { type: get }), async('snapshot', 'all'), async('snapshot', 'success'),
      counter('tikv_raftstore_local_read_executed_requests'), counter('tikv_scheduler_commands_pri_total', { priority: 'normal' }), flow('keys_read'),
    ],
    /** Counted once per put. */
    writes: [counter('tikv_storage_command_total', { type: put }), counter('tikv_scheduler_stage_total', { stage: 'new', type: put }), counter('tikv_scheduler_stage_total', { stage: 'write_finish', type: put })],
    /** Counted once per command that makes an entry. */
    asked: [async('write', 'all'), async('write', 'success')],
    /** Counted once per entry that clients make, whatever it is of. */
    entries: [counter('tikv_raftstore_proposal_total', { type: 'all' }), counter('tikv_raftstore_proposal_total', { type: 'normal' })],
    /** Counted once per read whose leader had to ask a majority first. */
    withoutLease: counter('tikv_raftstore_local_read_reject_total', { reason: 'lease_expire' }),
    /** Counted once per read or write that came to a replica which does not lead. */
    refusedReads: [counter('tikv_storage_command_total', { type: get }), async('snapshot', 'all'), async('snapshot', 'err_not_leader')],
    refusedWrites: [counter('tikv_storage_command_total', { type: put }), async('write', 'all'), async('write', 'err_not_leader')],
    /** Counted once per write that a leader without space turned away. */
    refusedFull: [counter('tikv_storage_command_total', { type: put }), async('write', 'all'), async('write', 'err_disk_full')],
    /** Counted once per write that would be too large an entry. */
    refusedTooLarge: [counter('tikv_storage_command_total', { type: put }), async('write', 'all'), async('write', 'err_raft_entry_too_large')],
    /** Counted once per write that flow control turned away. */
    refusedBusy: [counter('tikv_storage_command_total', { type: put }), counter('tikv_scheduler_stage_total', { stage: 'new', type: put })],
    /** Counted once per entry, on leaders and followers. */
    appends: [ready('append'), ready('commit'), ready('message')],
    /** Counted once per put in them. */
    applied: counter('tikv_raftstore_write_cmd_total', { type: 'put' }),
    readyRegions: ready('has_ready_region'),
    compacts: [
      counter('tikv_raftstore_admin_cmd_total', { status: 'all', type: 'compact' }),
      counter('tikv_raftstore_admin_cmd_total', { status: 'success', type: 'compact' }),
    ],
    keysWritten: flow('keys_written'),
    bytesWritten: [flow('bytes_written'), flow('wal_file_bytes')],
    bytesRead: flow('bytes_read'),
    ioWritten: counter('tikv_io_bytes', { op: 'write', type: 'foreground_write' }),
  };
}

/** Durations of the raftstore, from the proposal to the applied entry. */
export type RaftstoreMetrics = ReturnType<typeof raftstoreMetrics>;

/** Durations of the raft log's own engine. */
export type RaftEngineMetrics = ReturnType<typeof raftEngineMetrics>;

function raftstoreMetrics(registry: Registry) {
  const short = (name: string, labels = {}) => registry.histogram(`tikv_raftstore_${name}`, bounds.tikvDuration, labels);
  const long = (name: string) => registry.histogram(`tikv_raftstore_${name}`, bounds.tikvLongDuration);
  return {
    requestWait: short('request_wait_time_duration_secs'),
    appendLog: short('append_log_duration_seconds'),
    commitLog: long('commit_log_duration_seconds'),
    applyLog: short('apply_log_duration_seconds'),
    applyWait: short('apply_wait_time_duration_secs'),
    storeDuration: short('store_duration_secs'),
    applyDuration: short('apply_duration_secs'),
    ready: short('raft_process_duration_secs', { type: 'ready' }),
    taskWait: short('store_write_task_wait_duration_secs'),
    writeLoop: short('store_write_loop_duration_seconds'),
    writeRaftdb: short('store_write_raftdb_duration_seconds'),
    writeKvdb: short('store_write_kvdb_duration_seconds'),
    writeSend: short('store_write_send_duration_seconds'),
    writeCallback: short('store_write_callback_duration_seconds'),
    wfBatchWait: short('store_wf_batch_wait_duration_seconds'),
    wfSendProposal: registry.histogram('tikv_raftstore_store_wf_send_proposal_duration_seconds', bounds.tikvShortDuration),
    wfPersist: short('store_wf_persist_duration_seconds'),
    wfCommit: long('store_wf_commit_log_duration_seconds'),
    wfCommitNotPersist: long('store_wf_commit_not_persist_log_duration_seconds'),
    inspectAll: short('inspect_duration_seconds', { type: 'all' }),
    inspectStoreWait: short('inspect_duration_seconds', { type: 'store_wait' }),
    inspectStoreCommit: short('inspect_duration_seconds', { type: 'store_commit' }),
    diskProbe: short('disk_probe_duration_seconds', { disk: 'raft', outcome: 'success' }),
    proposeBytes: registry.histogram('tikv_raftstore_propose_log_size', bounds.proposeBytes),
  };
}

function raftEngineMetrics(registry: Registry) {
  const duration = (name: string) => registry.histogram(`raft_engine_${name}_duration_seconds`, bounds.raftEngineDuration);
  return {
    sync: duration('sync_log'),
    write: duration('write'),
    writeLeader: duration('write_leader'),
    preprocess: duration('write_preprocess'),
    apply: duration('write_apply'),
    bytes: registry.histogram('raft_engine_write_size', bounds.raftEngineBytes),
  };
}
