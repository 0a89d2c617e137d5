import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import { regionOfTransactions } from '../clients/side-transactions.ts';
import { entriesPerTransaction } from '../clients/values.ts';
import type { Entry } from '../journal.ts';
import { latencyMs, massesUpTo, type Shape, shareAtLeast } from '../metrics/shape.ts';
import type { Region } from '../raft/region.ts';
import { timestampText } from '../resolved/lines.ts';
import type { World } from '../world.ts';
import type { StoreLoad } from './pipeline.ts';
import type { Store } from './store.ts';

/** From so long on the scheduler tells of a command. Raw commands do not pass it. */
const slowMs: Millis = 1_000;

/** Commands of the transactions beside raw commands that took so long that the store says so. */
export class SlowCommands {
  readonly #world: World;
  readonly #store: Store;
  readonly #random: Random;

  constructor(world: World, store: Store) {
    this.#world = world;
    this.#store = store;
    this.#random = world.random.fork(`slow-commands-${store.id}-${store.process.incarnation}`);
  }

  /** Tells of those that a tick answers. */
  tick({ ofTransactions }: StoreLoad, spanSeconds: number): void {
    const { putShape } = this.#store;
    const region = regionOfTransactions(this.#world);
    if (ofTransactions === 0 || !region || shareAtLeast(putShape, slowMs) === 0) return;
    for (let left = Math.round(ofTransactions / entriesPerTransaction); left > 0; left--) for (const command of ['prewrite', 'commit'] as const) this.#draw(command, region, { shape: putShape, withinMs: spanSeconds * 1_000 });
  }

  #draw(command: Command, region: Region, { shape, withinMs }: { readonly shape: Shape; readonly withinMs: Millis }): void {
    const rank = this.#random.unit();
    const tookMs = latencyMs(shape, massesUpTo.findIndex((upTo) => rank < upTo));
    if (tookMs < slowMs) return;
    this.#store.process.after(this.#random.unit() * withinMs, () => this.#store.log(slowCommandLine(command, region, { tookMs, atMs: this.#world.engine.nowMs })));
  }
}

type Command = 'prewrite' | 'commit';

/** A command with all that it read and waited for; a prewrite of two keys also looks for newer versions. */
function slowCommandLine(command: Command, region: Region, { tookMs, atMs }: { readonly tookMs: Millis; readonly atMs: Millis }): Entry {
  const parts = [
    `tracker: TrackerToken { shard_id: ${region.id % 64}, seq: ${Math.floor(atMs / 1_000) % 1_000}, key: 0 }`,
    `stat: Statistics { lock: ${statistics(2, 0)}, write: ${statistics(0, command === 'prewrite' ? 2 : 0)}, data: ${statistics(0, 0)}, processed_size: 0, load_data_hint: LoadDataHintStatistics { last_write_over_seek_bound: 0 } }`,
    `start_instant: Monotonic(Timespec { sec: ${Math.floor((atMs - tookMs) / 1_000) % 100_000}, nsec: ${(Math.floor(atMs - tookMs) % 1_000) * 1e6} })`,
    `cmd_process_nanos: ${command === 'prewrite' ? 169_501 : 37_266}, block_read_nanos: 0, quota_limit_delay_nanos: 0, flow_control_nanos: 0, async_snapshot_nanos: 5358, async_write_nanos: ${Math.floor(tookMs) * 1e6}`,
  ];
  return {
    level: 'WARN', source: 'scheduler.rs:1369', fields: [['takes', Math.floor(tookMs)], ['thread_id', 46]],
    message: `[region ${region.id}] scheduler handle command: ${command}, ts: ${timestampText(Math.floor(atMs - tookMs))}, details: SchedulerDetails { ${parts.join(', ')} }`,
  };
}

/** What was read of one column family. */
const statistics = (get: number, seek: number): string =>
  `CfStatistics { processed_keys: 0, get: ${get}, next: 0, prev: 0, seek: ${seek}, seek_for_prev: 0, over_seek_bound: 0, flow_stats: FlowStatistics { read_keys: 0, read_bytes: 0 }, next_tombstone: 0, prev_tombstone: 0, seek_tombstone: 0, seek_for_prev_tombstone: 0, raw_value_tombstone: 0, hit_missing_range: 0, cache_missing_range: 0 }`;
