import { entriesPerTransaction } from '../../clients/values.ts';
import { bounds } from '../../metrics/bounds.ts';
import type { Histogram } from '../../metrics/histogram.ts';
import type { Counter } from '../../metrics/instruments.ts';
import { plus, type Shape, spreads } from '../../metrics/shape.ts';
import type { StoreLoad } from '../pipeline.ts';
import type { Store } from '../store.ts';

/** A get, a prewrite and a commit. */
export const requestsPerTransaction = 3;
/**
 * By request the command, what it takes longer than its raw counterpart (a get and a prewrite look for locks and newer versions, a commit only for
 * its lock), and how much of that is spent outside the command (both from recordings/tikv-evict-leader).
 */
const calls = {
  kv_get: { command: 'get', longerMs: 0.2, outsideMs: 0.3 }, kv_prewrite: { command: 'prewrite', longerMs: 0.7, outsideMs: 0.15 }, kv_commit: { command: 'commit', longerMs: 0.25, outsideMs: 0.15 },
} as const;
type Call = keyof typeof calls;

/** What a command that writes passes through, one after the other. */
const stages = ['new', 'snapshot', 'snapshot_ok', 'process', 'write', 'write_finish'] as const;

/** What a store shows of transactions beside raw commands that no table counts; its series are born with the first of them. */
export class SideTransactionMeters {
  readonly #store: Store;
  readonly #durations: readonly { readonly call: Call; readonly grpc: Histogram; readonly command: Histogram }[];
  /** Once per transaction. */
  readonly #each: readonly Counter[];
  /** Once per request. */
  readonly #requests: readonly Counter[];
  /** Once per entry, on leaders and followers: each puts two keys, of which the first is counted as everybody's, and half of them delete two. */
  readonly #entries: readonly Counter[];

  constructor(store: Store) {
    const { registry } = store.metrics;
    const counter = (name: string, labels: Readonly<Record<string, string>>): Counter => registry.counter(name, labels);
    const snapshot = (status: string): Counter => counter('tikv_storage_engine_async_request_total', { status, type: 'snapshot' });
    const command = (type: string): Counter => counter('tikv_storage_command_total', { type });
    this.#store = store;
    this.#durations = (Object.keys(calls) as Call[]).map((call) => ({
      call, grpc: registry.histogram('tikv_grpc_msg_duration_seconds', bounds.grpcMessage, { priority: 'unknown', type: call }), command: registry.histogram('tikv_scheduler_command_duration_seconds', bounds.tikvDuration, { type: calls[call].command }),
    }));
    this.#each = [command('get'), command('prewrite'), command('commit'), ...['prewrite', 'commit'].flatMap((type) => stages.map((stage) => counter('tikv_scheduler_stage_total', { stage, type })))];
    this.#requests = [snapshot('all'), snapshot('success'), counter('tikv_scheduler_commands_pri_total', { priority: 'normal' })];
    this.#entries = ['put', 'delete'].map((type) => counter('tikv_raftstore_write_cmd_total', { type }));
  }

  /** Books one tick's. */
  book({ ofTransactions, followedOfTransactions }: StoreLoad): void {
    const count = ofTransactions / entriesPerTransaction;
    const { metrics, queue } = this.#store;
    for (const { call, grpc, command } of this.#durations) {
      const shape = this.#shapeOf(call);
      grpc.observeShape(shape, count);
      command.observeShape(plus(shape, -calls[call].outsideMs * queue.cpuStretch), count);
    }
    metrics.asyncSnapshot.observeShape({ fixedMs: 0, medianMs: 0.03 * queue.cpuStretch, spread: spreads.queue }, count * requestsPerTransaction);
    for (const counter of this.#each) counter.add(count);
    for (const counter of this.#requests) counter.add(count * requestsPerTransaction);
    for (const counter of this.#entries) counter.add(ofTransactions + followedOfTransactions);
  }

  #shapeOf(call: Call): Shape {
    const { getShape, putShape, queue } = this.#store;
    return plus(call === 'kv_get' ? getShape : putShape, calls[call].longerMs * queue.cpuStretch);
  }
}
