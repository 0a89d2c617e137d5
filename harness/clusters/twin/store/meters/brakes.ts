import type { Counter } from '../../metrics/instruments.ts';
import type { Registry } from '../../metrics/registry.ts';
import type { Store } from '../store.ts';
import { requestNames } from '../metrics.ts';
import type { StallReason } from '../write-stall.ts';

/** Ratios are shown as whole numbers, so many to one. */
const ratioScale = 10_000_000;
const reasons: readonly (StallReason | 'level0_file_limit_slowdown')[] = ['level0_file_limit_slowdown', 'level0_file_limit_stop', 'memtable_count_limit_slowdown', 'memtable_count_limit_stop', 'pending_compaction_bytes_slowdown', 'pending_compaction_bytes_stop'];

/** What a store shows of the brakes on its writes: flow control's at the scheduler, and RocksDB's own. */
export class BrakeMeters {
  readonly #store: Store;
  readonly #stalledMicros: Counter;
  readonly #stalls: ReadonlyMap<string, Counter>;
  #flow = 0;
  /** How long the stall lasts that goes on, in microseconds. */
  #longestMicros = 0;

  constructor(store: Store) {
    this.#store = store;
    const { registry } = store.metrics;
    this.#stalledMicros = registry.counter('tikv_engine_stall_micro_seconds', { db: 'kv' });
    this.#stalls = new Map(reasons.map((type) => [type, registry.counter('tikv_engine_write_stall_reason', { db: 'kv', type })]));
    exportFlowControl(store, registry, () => this.#flow);
    for (const type of ['average', 'max', 'median', 'percentile95', 'percentile99']) registry.gauge('tikv_engine_write_stall', { db: 'kv', type: `write_stall_${type}` }, () => Math.round(this.#longestMicros));
    store.brakes.flow.onAction = (type) => registry.counter('tikv_scheduler_throttle_action_total', { cf: 'default', type }).add(1);
  }

  /** Books a tick: how long RocksDB held writers back, and whom flow control turned away. */
  tick(changed: boolean, { spanSeconds, flow }: { readonly spanSeconds: number; readonly flow: number }): void {
    const { brakes, metrics } = this.#store;
    this.#flow = flow;
    if (changed) metrics.registry.counter('tikv_engine_event_total', { cf: 'default', db: 'kv', type: 'stall_conditions_changed' }).add(1);
    const { reason } = brakes.stall;
    if (reason === undefined) this.#longestMicros = 0;
    else {
      if (changed) this.#stalls.get(reason)?.add(1);
      this.#stalledMicros.add(spanSeconds * 1e6);
      this.#longestMicros = (changed ? 0 : this.#longestMicros) + spanSeconds * 1e6;
    }
    if (brakes.turnedAway > 0) this.#turnAway(brakes.turnedAway);
  }

  #turnAway(count: number): void {
    const { metrics } = this.#store;
    metrics.registry.counter('tikv_scheduler_too_busy_total', { type: requestNames.txn.put.command }).add(count);
    for (const counter of metrics.counters.refusedBusy) counter.add(count);
  }
}

function exportFlowControl({ brakes: { flow }, levels, settings }: Store, registry: Registry, flowing: () => number): void {
  registry.gauge('tikv_scheduler_throttle_flow', {}, () => (flow.bytesPerSecond === Infinity ? 0 : Math.floor(flow.bytesPerSecond)));
  registry.gauge('tikv_scheduler_discard_ratio', {}, () => Math.round(flow.discardRatio * ratioScale));
  registry.gauge('tikv_scheduler_throttle_cf', { cf: 'default' }, () => (flow.bytesPerSecond === Infinity ? 0 : 1));
  registry.gauge('tikv_scheduler_write_flow', {}, () => Math.floor(flowing()));
  registry.gauge('tikv_scheduler_l0', { cf: 'default' }, () => (settings.flowControl ? levels.level0Files : 0));
  registry.gauge('tikv_scheduler_memtable', { cf: 'default' }, () => (settings.flowControl ? Math.max(0, levels.immutable - 1) : 0));
  // In binary logarithms, as many as flow control reckons in.
  registry.gauge('tikv_scheduler_pending_compaction_bytes', { type: 'default' }, () => (settings.flowControl && levels.pendingBytes > 0 ? Math.floor(Math.log2(levels.pendingBytes) * ratioScale) : 0));
}
