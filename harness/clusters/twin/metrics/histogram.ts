import { normalRank, reach } from './normal-law.ts';
import { latencyMs, massesUpTo, type Shape, spreads } from './shape.ts';

const nothing: Shape = { fixedMs: 0, medianMs: 0, spread: spreads.narrow };

/** Medians of durations that are dealt together. */
interface Medians {
  leastMs: number;
  mostMs: number;
  /** Of each one's, and of their squares. */
  sumMs: number;
  squares: number;
}

/** Whether durations of this shape may go with those of another with these medians: no two half seconds of a machine are quite alike. */
function areAlike(shape: Shape, other: Shape, { leastMs, mostMs }: Medians): boolean {
  return shape.wait === undefined && other.wait === undefined && shape.spread === other.spread && shape.fixedMs === other.fixedMs
    && shape.medianMs < leastMs * likeness && shape.medianMs * likeness > mostMs;
}

/** Two medians that differ by less than this factor are put together; the buckets of most histograms are a factor of two wide. */
const likeness = 1.5;
/** The golden ratio: whatever moves by this part of a whole again and again comes everywhere equally often, and soon. */
const golden = 0.6180339887498949;

/** Logarithms of bounds in milliseconds; the last digits, which belong to the engine, are cut. */
const logarithm = (ms: number): number => Math.round(1e9 * Math.log(ms)) / 1e9;
const knownLogs = new WeakMap<readonly number[], Float64Array>();

function logsOf(bounds: readonly number[]): Float64Array {
  let logs = knownLogs.get(bounds);
  if (!logs) knownLogs.set(bounds, (logs = Float64Array.from(bounds, (bound) => logarithm(bound * 1000))));
  return logs;
}

/** The first place of an ascending list whose number is not below this one. */
function placeOf(value: number, ascending: ArrayLike<number>): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (ascending[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A Prometheus histogram. Buckets, sum and count always belong together, because every observation goes to all three. */
export class Histogram {
  readonly bounds: readonly number[];
  readonly #logs: Float64Array;
  readonly #buckets: Float64Array;
  #occupied = 0;
  /** In millionths of the unit. */
  #sumMicros = 0;
  readonly #onChange: () => void;
  #seen = false;
  /** Durations that are not in their buckets yet: how many, of which shape, and around which medians. */
  #undealt = 0;
  #shape: Shape = nothing;
  readonly #medians: Medians = { leastMs: Infinity, mostMs: 0, sumMs: 0, squares: 0 };
  /** What was not a whole operation, and where among all the first of those stands that are dealt next. */
  #part = 0;
  #phase = 0.5;

  /** `onChange` is told of the first change after each {@link seen}. */
  constructor(bounds: readonly number[], onChange: () => void = () => {}) {
    this.bounds = bounds;
    this.#logs = logsOf(bounds);
    this.#onChange = onChange;
    this.#buckets = new Float64Array(bounds.length + 1);
  }

  /** Per bucket, not cumulative; the last is `+Inf`. */
  get buckets(): Float64Array {
    this.#dealAll();
    return this.#buckets;
  }

  /** How many buckets hold anything. */
  get occupied(): number {
    this.#dealAll();
    return this.#occupied;
  }

  /** In millionths of the unit. */
  get sumMicros(): number {
    this.#dealAll();
    return Math.round(this.#sumMicros);
  }

  get count(): number {
    let count = 0;
    for (const each of this.buckets) count += each;
    return count;
  }

  /** Somebody has read it as it is. */
  seen(): void {
    this.#seen = true;
  }

  /** Counts `times` observations of one value (in the metric's unit, for durations seconds). */
  observe(value: number, times = 1): void {
    this.#put(placeOf(value, this.bounds), times);
    this.#sumMicros += Math.round(value * 1e6) * times;
    if (this.#seen) this.#note();
  }

  /**
   * Counts `times` durations of a shape. Those that hardly differ are dealt to their buckets together when somebody looks or the shape
   * changes: nobody sees the buckets between two scrapes.
   */
  observeShape(shape: Shape, times: number): void {
    if (times <= 0) return;
    const medians = this.#medians;
    const { medianMs } = shape;
    if (this.#undealt > 0 && !areAlike(shape, this.#shape, medians)) this.#dealAll();
    if (this.#undealt === 0) this.#shape = shape;
    this.#undealt += times;
    medians.sumMs += times * medianMs;
    medians.squares += times * medianMs * medianMs;
    if (medianMs < medians.leastMs) medians.leastMs = medianMs;
    if (medianMs > medians.mostMs) medians.mostMs = medianMs;
    if (this.#seen) this.#note();
  }

  /** Multiplies everything that was counted: a minute becomes hours. */
  age(times: number): void {
    const { buckets } = this;
    for (let i = 0; i < buckets.length; i++) buckets[i] = (buckets[i] as number) * times;
    this.#sumMicros *= times;
    if (this.#seen) this.#note();
  }

  /** Whole operations; what is left over waits for the next ones. Different medians add to the scatter of each. */
  #dealAll(): void {
    const times = this.#undealt;
    if (times === 0) return;
    const medians = this.#medians;
    const { leastMs, mostMs, sumMs, squares } = medians;
    this.#undealt = medians.mostMs = medians.sumMs = medians.squares = 0;
    medians.leastMs = Infinity;
    const whole = Math.floor(times + this.#part);
    this.#part += times - whole;
    if (whole <= 0) return;
    this.#phase += this.#phase + golden < 1 ? golden : golden - 1;
    const shape = this.#shape;
    if (shape.wait !== undefined) return this.#dealPoints(whole);
    const medianMs = leastMs === mostMs ? leastMs : sumMs / times;
    const apart = leastMs === mostMs ? 0 : Math.max(0, squares / (times * medianMs * medianMs) - 1);
    this.#dealLaw(whole, medianMs, Math.sqrt(shape.spread.sigma ** 2 + apart));
    this.#sumMicros += whole * (shape.fixedMs + medianMs * shape.spread.mean) * 1000;
  }

  /**
   * Operations stand at even distances from the fastest to the slowest of the law; each time the first of them stands elsewhere, so that over
   * many every bucket gets its part, however small. Whoever has dealt all is done: the busiest loop of the twin.
   */
  #dealLaw(whole: number, medianMs: number, sigma: number): void {
    const { bounds } = this;
    const { fixedMs } = this.#shape;
    if (medianMs <= 0 || sigma === 0) return this.#put(placeOf((fixedMs + medianMs) / 1000, bounds), whole);
    const logs = this.#logs;
    const middle = logarithm(medianMs);
    const phase = this.#phase;
    let dealt = 0;
    for (let bucket = placeOf(fixedMs === 0 ? middle - reach.below * sigma : logarithm(fixedMs), logs); dealt < whole; bucket++) {
      let upTo = whole;
      if (bucket < bounds.length) {
        const log = fixedMs === 0 ? (logs[bucket] as number) : logarithm(Math.max(0, (bounds[bucket] as number) * 1000 - fixedMs));
        upTo = Math.min(whole, Math.floor(whole * normalRank((log - middle) / sigma) + phase));
      }
      if (upTo === dealt) continue;
      this.#put(bucket, upTo - dealt);
      dealt = upTo;
    }
  }

  /** The same, point by point, where waits make the law a longer one. */
  #dealPoints(whole: number): void {
    const shape = this.#shape;
    const phase = this.#phase;
    let dealt = 0;
    for (let point = 0; dealt < whole; point++) {
      const upTo = point === massesUpTo.length - 1 ? whole : Math.min(whole, Math.floor(whole * (massesUpTo[point] as number) + phase));
      if (upTo > dealt) {
        const value = latencyMs(shape, point) / 1000;
        this.#put(placeOf(value, this.bounds), upTo - dealt);
        this.#sumMicros += Math.round(value * 1e6) * (upTo - dealt);
      }
      dealt = upTo;
    }
  }

  #put(bucket: number, times: number): void {
    const before = this.#buckets[bucket] as number;
    if (before === 0 && times > 0) this.#occupied++;
    this.#buckets[bucket] = before + times;
  }

  #note(): void {
    this.#seen = false;
    this.#onChange();
  }
}
