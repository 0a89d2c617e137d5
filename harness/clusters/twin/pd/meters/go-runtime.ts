import type { Random } from '../../../../../src/kernel/random.ts';
import { boundsOf } from '../../metrics/facts.ts';
import type { Histogram } from '../../metrics/histogram.ts';
import { type Shape, spreadOf } from '../../metrics/shape.ts';
import type { Registry } from '../../metrics/registry.ts';
import { arrivals, jittered } from '../../noise.ts';

/** What a process does that the runtime sees, measured on PD members of a small cluster (pages of recordings/tikv-baseline). */
interface Pace {
  readonly bytesPerSecond: number;
  readonly objectsPerSecond: number;
  readonly sizes: Shape;
  /** What is in use after a collection. */
  readonly liveBytes: number;
  readonly liveObjects: number;
  /** Goroutines that are always there, and those that serve somebody at any moment. */
  readonly goroutines: number;
  readonly serving: number;
  readonly stackBytes: number;
  /** Times that a goroutine waited for a processor, per second. */
  readonly wakesPerSecond: number;
}

const sizesOf = (bytesPerSecond: number, objectsPerSecond: number): Shape => ({ fixedMs: 0, medianMs: (1000 * bytesPerSecond) / objectsPerSecond / 1.4, spread: spreadOf(0.8) });

/** A leader answers everybody, a follower keeps up. */
export const pace = {
  leader: { bytesPerSecond: 5_840_000, objectsPerSecond: 137_000, sizes: sizesOf(5_840_000, 137_000), liveBytes: 41_900_000, liveObjects: 330_000, goroutines: 329, serving: 1.3, stackBytes: 2_981_888, wakesPerSecond: 148 },
  follower: { bytesPerSecond: 701_000, objectsPerSecond: 5_090, sizes: sizesOf(701_000, 5_090), liveBytes: 37_900_000, liveObjects: 150_000, goroutines: 219, serving: 1.7, stackBytes: 2_293_760, wakesPerSecond: 57 },
} as const satisfies Record<string, Pace>;

/** `GOGC=100`: the heap may grow by as much as lives, and by the stacks and globals that are scanned with it. */
const gogcPercent = 100;
const globalsBytes = 470_346;
/** Quantiles of the pauses of one collection, in seconds. */
const pauseQuantiles = { 0: 0.000053, 0.25: 0.00026, 0.5: 0.0005, 0.75: 0.00078, 1: 0.0098 } as const;
const pauseSeconds = 0.001;
/** How long a goroutine that could run waits for a processor. */
const schedulingShape: Shape = { fixedMs: 0, medianMs: 0.008, spread: spreadOf(1.3) };

/** What a member holds besides its heap: program, stacks, and etcd's file. */
const residentBaseBytes = 14_000_000;
/** Of what the heap needed at its largest and needs no more, the scavenger gives so much back with each collection. */
const scavengedShare = 0.1;
/** The runtime takes and gives back memory in such pieces (recordings/tikv-baseline). */
const pieceBytes = 131_072;
/** Spans are that much larger than the objects in them; how full they are differs from collection to collection (recordings/tikv-baseline: a leader within 2 %). */
const spanShare = 1.096;
const spanScatter = 0.008;

/** Go's runtime as its collectors show it: it allocates, and whenever the heap has doubled it collects. */
export class GoRuntime {
  readonly #registry: Registry;
  readonly #random: Random;
  readonly #sizes: { readonly allocated: Histogram; readonly freed: Histogram };
  readonly #waits: { readonly scheduling: Histogram; readonly stopping: Histogram; readonly stopped: Histogram };
  #pace: Pace = pace.follower;
  #allocated = { bytes: 0, objects: 0 };
  #freed = { bytes: 0, objects: 0 };
  #cycles = 0;
  #lastCycleMs = 0;
  /** What the heap occupies, whether it still needs all of it or not. */
  #heldBytes = 0;

  constructor(registry: Registry, random: Random) {
    this.#registry = registry;
    this.#random = random;
    const histogram = (name: string): Histogram => registry.histogram(name, boundsOf(name));
    this.#sizes = { allocated: histogram('go_gc_heap_allocs_by_size_bytes'), freed: histogram('go_gc_heap_frees_by_size_bytes') };
    this.#waits = { scheduling: histogram('go_sched_latencies_seconds'), stopping: histogram('go_sched_pauses_stopping_gc_seconds'), stopped: histogram('go_sched_pauses_total_gc_seconds') };
    for (const name of ['go_sched_pauses_stopping_other_seconds', 'go_sched_pauses_total_other_seconds']) histogram(name);
    this.#exportHeap();
    this.#exportCycles();
    this.#exportScheduler();
  }

  /** Lives for a second. */
  second(now: Pace, nowMs: number): void {
    this.#pace = now;
    this.#allocated.bytes += now.bytesPerSecond;
    this.#allocated.objects += now.objectsPerSecond;
    this.#sizes.allocated.observeShape(now.sizes, now.objectsPerSecond);
    this.#waits.scheduling.observeShape(schedulingShape, now.wakesPerSecond);
    if (this.#heapBytes >= this.#goalBytes) this.#collect(nowMs);
  }

  /** Makes what was counted in a minute stand for more; what is on the heap is no more than it was. */
  age(times: number): void {
    const [bytes, objects] = [this.#heapBytes, this.#allocated.objects - this.#freed.objects];
    this.#allocated = { bytes: this.#allocated.bytes * times, objects: this.#allocated.objects * times };
    this.#freed = { bytes: this.#allocated.bytes - bytes, objects: this.#allocated.objects - objects };
    this.#cycles *= times;
  }

  /** Bytes of the process that are resident. */
  get residentBytes(): number {
    return residentBaseBytes + Math.ceil(Math.max(this.#heldBytes, this.#heapBytes * spanShare) / pieceBytes) * pieceBytes;
  }

  get #heapBytes(): number {
    return this.#allocated.bytes - this.#freed.bytes;
  }

  get #goalBytes(): number {
    const { liveBytes, stackBytes } = this.#pace;
    return liveBytes + ((liveBytes + stackBytes / 6 + globalsBytes) * gogcPercent) / 100;
  }

  #collect(nowMs: number): void {
    const { liveBytes, liveObjects } = this.#pace;
    const neededBytes = this.#heapBytes * jittered(this.#random, spanShare, spanScatter);
    this.#heldBytes = Math.max(neededBytes, this.#heldBytes - (this.#heldBytes - neededBytes) * scavengedShare);
    const objects = Math.max(0, this.#allocated.objects - this.#freed.objects - liveObjects);
    this.#freed = { bytes: this.#allocated.bytes - liveBytes, objects: this.#freed.objects + objects };
    this.#sizes.freed.observeShape(this.#pace.sizes, objects);
    this.#waits.stopping.observeShape({ fixedMs: 0, medianMs: 0.03, spread: spreadOf(1) }, 2);
    this.#waits.stopped.observeShape({ fixedMs: 0, medianMs: 0.09, spread: spreadOf(1) }, 2);
    this.#cycles++;
    this.#lastCycleMs = nowMs;
  }

  #exportHeap(): void {
    const bytes = (name: string, read: () => number) => this.#registry.gauge(name, {}, () => Math.floor(read()));
    const inUse = () => this.#heapBytes * spanShare;
    const system = () => this.#goalBytes * 1.1;
    for (const name of ['go_memory_classes_heap_objects_bytes', 'go_memstats_heap_alloc_bytes', 'go_memstats_alloc_bytes']) bytes(name, () => this.#heapBytes);
    bytes('go_memory_classes_heap_unused_bytes', () => inUse() - this.#heapBytes);
    bytes('go_memory_classes_heap_free_bytes', () => Math.max(0, system() - inUse() - released));
    for (const name of ['go_memory_classes_heap_released_bytes', 'go_memstats_heap_released_bytes']) this.#registry.set(name, {}, released);
    bytes('go_memory_classes_heap_stacks_bytes', () => this.#pace.stackBytes);
    bytes('go_memstats_heap_inuse_bytes', inUse);
    bytes('go_memstats_heap_idle_bytes', () => Math.max(released, system() - inUse()));
    bytes('go_memstats_heap_sys_bytes', () => Math.max(system(), inUse() + released));
    bytes('go_memstats_next_gc_bytes', () => this.#goalBytes);
    bytes('go_memstats_heap_objects', () => this.#allocated.objects - this.#freed.objects);
    for (const name of ['go_gc_heap_allocs_bytes_total', 'go_memstats_alloc_bytes_total']) bytes(name, () => this.#allocated.bytes);
    bytes('go_gc_heap_frees_bytes_total', () => this.#freed.bytes);
    for (const name of ['go_gc_heap_allocs_objects_total', 'go_memstats_mallocs_total']) bytes(name, () => this.#allocated.objects);
    for (const name of ['go_gc_heap_frees_objects_total', 'go_memstats_frees_total']) bytes(name, () => this.#freed.objects);
    for (const [name, value] of Object.entries(overhead)) this.#registry.set(name, {}, value);
  }

  #exportCycles(): void {
    const count = (name: string) => this.#registry.gauge(name, {}, () => this.#cycles);
    for (const name of ['go_gc_cycles_automatic_gc_cycles_total', 'go_gc_cycles_total_gc_cycles_total', 'go_gc_duration_seconds_count']) count(name);
    this.#registry.gauge('go_gc_duration_seconds_sum', {}, () => Math.round(this.#cycles * pauseSeconds * 1e6) / 1e6);
    for (const [quantile, seconds] of Object.entries(pauseQuantiles)) this.#registry.set('go_gc_duration_seconds', { quantile }, seconds);
    this.#registry.gauge('go_memstats_last_gc_time_seconds', {}, () => this.#lastCycleMs / 1000);
    this.#registry.set('go_gc_gogc_percent', {}, gogcPercent);
    for (const name of ['go_gc_cycles_forced_gc_cycles_total', 'go_gc_limiter_last_enabled_gc_cycle']) this.#registry.set(name, {}, 0);
    // No limit is the largest 64-bit number.
    this.#registry.set('go_gc_gomemlimit_bytes', {}, 2 ** 63);
  }

  #exportScheduler(): void {
    this.#registry.gauge('go_goroutines', {}, () => this.#pace.goroutines + arrivals(this.#random, this.#pace.serving));
    this.#registry.set('go_threads', {}, 9);
    this.#registry.set('go_info', { version: 'go1.26.8' }, 1);
  }
}

const released = 4_685_824;
/** What the runtime keeps for itself; it hardly moves. */
const overhead = {
  go_memory_classes_metadata_mcache_free_bytes: 11_480, go_memory_classes_metadata_mcache_inuse_bytes: 4_592, go_memory_classes_metadata_mspan_free_bytes: 433_920,
  go_memory_classes_metadata_mspan_inuse_bytes: 675_840, go_memory_classes_metadata_other_bytes: 5_438_208, go_memory_classes_os_stacks_bytes: 0, go_memory_classes_other_bytes: 804_976,
  go_memory_classes_profiling_buckets_bytes: 1_521_632,
} as const;
