import { boundsOf } from '../../metrics/facts.ts';
import type { Histogram } from '../../metrics/histogram.ts';
import { spreadOf } from '../../metrics/shape.ts';
import type { Counter } from '../../metrics/instruments.ts';
import type { World } from '../../world.ts';
import type { Store } from '../store.ts';

/** An entry stays in the cache until it is applied everywhere and its log is cut; measured, two and a half seconds of them. */
const cachedSeconds = 2.6;
/** Each awake leader looks every three seconds whether its log can be cut; measured in recordings/tikv-baseline, most looks end with these. */
const logLooks = { everySeconds: 3, tooFew: 0.77, reserved: 0.077 } as const;
/** A region reports its traffic once a minute; busy regions have many times what idle ones have. */
const report = { everySeconds: 60, sigma: 1.2 } as const;

/** What a store shows of its regions: their traffic, their logs, the resolved timestamps. */
export class RaftMeters {
  readonly #world: World;
  readonly #store: Store;
  readonly #flow: Readonly<Record<'writtenBytes' | 'writtenKeys' | 'readBytes' | 'readKeys', Histogram>>;
  readonly #skipped: Readonly<Record<'tooFew' | 'reserved', Counter>>;
  #seenMs: number;

  constructor(world: World, store: Store) {
    this.#world = world;
    this.#store = store;
    const { registry } = store.metrics;
    const histogram = (name: string): Histogram => registry.histogram(name, boundsOf(name));
    this.#flow = {
      writtenBytes: histogram('tikv_region_written_bytes'), writtenKeys: histogram('tikv_region_written_keys'), readBytes: histogram('tikv_region_read_bytes'), readKeys: histogram('tikv_region_read_keys'),
    };
    const skipped = (reason: string): Counter => registry.counter('tikv_raftstore_raft_log_gc_skipped', { reason });
    this.#skipped = { tooFew: skipped('threshold_limit'), reserved: skipped('reserve_log') };
    this.#seenMs = world.engine.nowMs;
    this.#exportGauges();
    registry.beforeWrite(() => this.#look());
  }

  #exportGauges(): void {
    const { registry } = this.#store.metrics;
    const { led } = this.#world.index.of(this.#store.id);
    registry.gauge('tikv_raft_entries_caches', {}, () => Math.floor(this.#store.meters.recent.writtenBytes * cachedSeconds));
    registry.gauge('tikv_raft_enable_unpersisted_apply_regions', {}, () => led.size);
    registry.gauge('tikv_raftstore_slow_trend_result_value', {}, () => Math.round(this.#store.meters.recent.reads * 10) / 10);
    registry.gauge('tikv_resolved_ts_region_resolve_status', { type: 'resolved' }, () => led.size);
  }

  /** What happened since the last look. */
  #look(): void {
    const seconds = (this.#world.engine.nowMs - this.#seenMs) / 1000;
    this.#seenMs = this.#world.engine.nowMs;
    const awake = this.#world.awake.leaders(this.#store);
    if (awake === 0 || seconds <= 0) return;
    this.#skipped.tooFew.add((awake * seconds * logLooks.tooFew) / logLooks.everySeconds);
    this.#skipped.reserved.add((awake * seconds * logLooks.reserved) / logLooks.everySeconds);
    this.#reportFlow(awake, seconds);
  }

  #reportFlow(awake: number, seconds: number): void {
    const { reads, writes } = this.#store.meters.recent;
    const reports = (awake * seconds) / report.everySeconds;
    const { valueBytes, readBytes } = this.#store.served;
    // The median of a log-normal law whose mean is what a region gets in a minute.
    const each = (perSecond: number): number => (perSecond * report.everySeconds) / awake / Math.exp((report.sigma * report.sigma) / 2);
    const observe = (histogram: Histogram, median: number) => histogram.observeShape({ fixedMs: 0, medianMs: median * 1000, spread: spreadOf(report.sigma) }, reports);
    observe(this.#flow.readKeys, each(reads));
    observe(this.#flow.readBytes, each(reads) * readBytes);
    observe(this.#flow.writtenKeys, each(writes / 3));
    observe(this.#flow.writtenBytes, each(writes / 3) * valueBytes);
  }
}
