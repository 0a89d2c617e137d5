import type { Millis } from '../../../../src/kernel/clock.ts';
import { boundsOf } from '../metrics/facts.ts';
import type { Histogram } from '../metrics/histogram.ts';
import type { Counter, Value } from '../metrics/instruments.ts';
import type { Store } from '../store/store.ts';
import type { Behind } from './progress.ts';

/** A check is asked with so many bytes for each region. Measured in recordings/tikv-partition-full: 28.2. */
const bytesPerRegion = 28;
/** Measured there: 84 us. */
const scanSeconds = 0.000084;

/** What the worker found when it looked at all its replicas. */
export interface Survey {
  readonly nowMs: Millis;
  readonly leader: Behind | undefined;
  readonly follower: Behind | undefined;
  readonly zeroes: number;
}

/** The three gauges of whoever is furthest behind. */
interface Side {
  readonly ts: Value;
  readonly gapMs: Value;
  readonly region: Value;
}

/** What a store shows of its resolved timestamps; renewed when its worker looks. */
export class ResolvedMeters {
  readonly #store: Store;
  readonly #sides: Readonly<Record<'leader' | 'follower' | 'safe' | 'either', Side>>;
  readonly #since: Readonly<Record<'updated' | 'consumed' | 'consumedSafe', Value>>;
  readonly #locked: Value;
  readonly #zeroes: Value;
  readonly #histograms = new Map<string, Histogram>();
  readonly #failed: Counter;
  readonly #scans: readonly Counter[];

  constructor(store: Store) {
    this.#store = store;
    const { registry } = store.metrics;
    this.#failed = registry.counter('tikv_resolved_ts_fail_advance_count', { reason: 'pd_tso' });
    this.#scans = ['finish', 'total'].map((type) => registry.counter('tikv_resolved_ts_scan_tasks', { type }));
    for (const name of ['pending_count', 'memory_quota_in_use_bytes', 'channel_pending_cmd_bytes_total']) registry.set(`tikv_resolved_ts_${name}`, {}, 0);
    for (const name of ['pending_count', 'sent_pending_count']) registry.set(`tikv_check_leader_request_${name}`, {}, 0);
    registry.set('tikv_resolved_ts_region_resolve_status', { type: 'unresolved' }, 0);
    registry.set('tikv_concurrency_manager_min_lock_ts', {}, 0);
    registry.set('tikv_cdc_resolved_ts_advance_method', {}, 1);
    for (const name of ['scan_duration_seconds', 'tikv_client_init_duration_seconds', 'min_follower_safe_ts_gap_millis_histogram']) this.#histogram(`tikv_resolved_ts_${name}`);
    const value = (name: string): Value => registry.value(`tikv_resolved_ts_${name}`, {});
    const side = (name: string): Side => ({ ts: value(name), gapMs: value(`${name}_gap_millis`), region: value(`${name}_region`) });
    this.#sides = { leader: side('min_leader_resolved_ts'), follower: side('min_follower_resolved_ts'), safe: side('min_follower_safe_ts'), either: side('min_resolved_ts') };
    this.#since = {
      updated: value('leader_min_resolved_ts_duration_to_last_update_safe_ts'), consumed: value('min_follower_resolved_ts_duration_to_last_consume_leader'), consumedSafe: value('min_follower_safe_ts_duration_to_last_consume_leader'),
    };
    this.#locked = value('min_leader_resolved_ts_region_min_lock_ts');
    this.#zeroes = value('zero_resolved_ts');
    this.survey({ nowMs: 0, leader: undefined, follower: undefined, zeroes: 0 });
  }

  /** A new leader scanned for locks. */
  scanned(): void {
    for (const counter of this.#scans) counter.add(1);
    this.#histogram('tikv_resolved_ts_scan_duration_seconds').observe(scanSeconds);
  }

  /** PD gave no timestamp for so many regions. */
  failed(regions: number): void {
    this.#failed.add(regions);
  }

  /** A connection to another store was opened. */
  connected(): void {
    this.#histogram('tikv_resolved_ts_tikv_client_init_duration_seconds').observe(0.0002);
  }

  /** Another store was asked about so many regions; it answered, failed, or was not called at all. */
  asked(regions: number, answeredMs: Millis | undefined): void {
    this.#histogram('tikv_check_leader_request_item_count').observe(regions);
    this.#histogram('tikv_check_leader_request_size_bytes').observe(regions * bytesPerRegion);
    if (answeredMs !== undefined) this.#histogram('tikv_resolved_ts_check_leader_duration_seconds', 'rpc').observe(answeredMs / 1000);
  }

  /** All that were needed have answered, or nobody will. */
  checked(spanMs: Millis): void {
    this.#histogram('tikv_resolved_ts_check_leader_duration_seconds', 'all').observe(spanMs / 1000);
  }

  /** Shows what the worker found. */
  survey({ nowMs, leader, follower, zeroes }: Survey): void {
    const either = leader && follower ? (leader.progress.tsMs < follower.progress.tsMs ? leader : follower) : (leader ?? follower);
    for (const [side, behind] of [['leader', leader], ['follower', follower], ['safe', follower], ['either', either]] as const) show(this.#sides[side], behind, nowMs);
    this.#since.updated.set(sinceHeard(leader, nowMs));
    for (const value of [this.#since.consumed, this.#since.consumedSafe]) value.set(sinceHeard(follower, nowMs));
    // No lock holds it back: TiKV shows the largest number there is as -1.
    this.#locked.set(leader ? -1 : 0);
    this.#zeroes.set(zeroes);
    if (follower) this.#histogram('tikv_resolved_ts_min_follower_safe_ts_gap_millis_histogram').observe(nowMs - follower.progress.tsMs);
  }

  #histogram(name: string, type?: string): Histogram {
    const key = type === undefined ? name : `${name} ${type}`;
    let known = this.#histograms.get(key);
    if (!known) this.#histograms.set(key, (known = this.#store.metrics.registry.histogram(name, boundsOf(name), type === undefined ? {} : { type })));
    return known;
  }
}

function show({ ts, gapMs, region }: Side, behind: Behind | undefined, nowMs: Millis): void {
  ts.set((behind?.progress.tsMs ?? 0) * 2 ** 18);
  gapMs.set(behind ? nowMs - behind.progress.tsMs : 0);
  region.set(behind?.region.id ?? 0);
}

const sinceHeard = (behind: Behind | undefined, nowMs: Millis): Millis => (behind ? nowMs - behind.progress.heardMs : 0);
