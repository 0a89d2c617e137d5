import { bothOf, type Wait } from './waits.ts';

export type { Wait } from './waits.ts';

/**
 * How latencies scatter around their median: a log-normal law reduced to fourteen weighted points, so that
 * thousands of operations cost fourteen additions. The last points carry the tail (0.2 % beyond 3 sigma).
 */
export interface Spread {
  readonly factors: readonly number[];
}

const masses: readonly number[] = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.03, 0.012, 0.006, 0.002];
const sigmas: readonly number[] = [-1.645, -1.036, -0.674, -0.385, -0.126, 0.126, 0.385, 0.674, 1.036, 1.44, 1.812, 2.197, 2.576, 3.09];

/** The few that are in use. */
const known = new Map<number, Spread>();

/** The scatter of a log-normal law: this is the standard deviation of the logarithm. */
export function spreadOf(sigma: number): Spread {
  let spread = known.get(sigma);
  if (!spread) known.set(sigma, (spread = { factors: sigmas.map((z) => Math.round(1e6 * Math.exp(sigma * z)) / 1e6) }));
  return spread;
}

/** The scatters in use, from a throttled device (hardly any) to a cache-missing read. */
export const spreads = { narrow: spreadOf(0.08), disk: spreadOf(0.45), queue: spreadOf(0.6), wide: spreadOf(0.75) } as const;

/** Shape of the latencies of one batch of operations: a fixed part plus a scattered part, and for some of them a wait. */
export interface Shape {
  readonly fixedMs: number;
  readonly medianMs: number;
  readonly spread: Spread;
  readonly wait?: Wait | undefined;
}

/** A shape with one more wait; two kinds of wait come one after the other. */
export function later(shape: Shape, wait: Wait | undefined): Shape {
  if (wait === undefined) return shape;
  return { ...shape, wait: bothOf(shape.wait, wait) };
}

/** How long a shape takes on the whole: its median, and its wait on average. */
export const meanMs = ({ fixedMs, medianMs, wait }: Shape): number => fixedMs + medianMs + (wait === undefined ? 0 : wait.share * wait.meanMs);

/** Where each point stands among all operations, from fastest to slowest: the middle of its mass. */
const ranks: readonly number[] = masses.map((mass, i) => masses.slice(0, i).reduce((sum, each) => sum + each, mass / 2));

/** How long the operations of one point take. Slow ones are taken to wait long as well, which keeps every quantile an upper bound. */
function latencyMs({ fixedMs, medianMs, spread, wait }: Shape, point: number): number {
  const workMs = fixedMs + medianMs * (spread.factors[point] as number);
  if (wait === undefined) return workMs;
  const rank = ((ranks[point] as number) - (1 - wait.share)) / wait.share;
  return rank <= 0 ? workMs : workMs + wait.msAt(rank);
}

/** The share of operations of this shape that take at least `limitMs`. */
export function shareAtLeast(shape: Shape, limitMs: number): number {
  let share = 0;
  for (let i = 0; i < masses.length; i++) if (latencyMs(shape, i) >= limitMs) share += masses[i] as number;
  return share;
}

/** How long an operation of this shape takes on average, as the sum of a histogram of many of them will show it. */
export function averageMs(shape: Shape): number {
  let sum = 0;
  for (let i = 0; i < masses.length; i++) sum += (masses[i] as number) * latencyMs(shape, i);
  return sum;
}

/** The slowest of `count` operations of this shape, for a client's view of a second. */
export const tailMs = (shape: Shape, point: 'p99' | 'max'): number => latencyMs(shape, point === 'p99' ? 11 : 13);

/** Exponential bucket bounds as Prometheus' clients make them: each bound is the one before times `factor`. */
export function exponentialBounds(start: number, factor: number, count: number): number[] {
  const bounds: number[] = [];
  for (let bound = start; bounds.length < count; bound *= factor) bounds.push(bound);
  return bounds;
}

const nothing: Shape = { fixedMs: 0, medianMs: 0, spread: spreads.narrow };

/** Medians of durations that are dealt together. */
interface Medians {
  leastMs: number;
  mostMs: number;
  /** Of each one's. */
  sumMs: number;
}

/** Whether durations of this shape may go with those of another with these medians: no two half seconds of a machine are quite alike. */
function areAlike(shape: Shape, other: Shape, { leastMs, mostMs }: Medians): boolean {
  return shape.wait === undefined && other.wait === undefined && shape.spread === other.spread && shape.fixedMs === other.fixedMs
    && shape.medianMs < leastMs * likeness && shape.medianMs * likeness > mostMs;
}

/** Two medians that differ by less than this factor are put together; the buckets of most histograms are a factor of two wide. */
const likeness = 1.5;
/** Of durations that were put together so many are dealt around the mean of their medians, the others around the least and the largest. */
const aroundMean = 0.5;

/** A Prometheus histogram. Buckets, sum and count always belong together, because every observation goes to all three. */
export class Histogram {
  readonly bounds: readonly number[];
  readonly #buckets: Float64Array;
  #occupied = 0;
  /** In millionths of the unit, so that sums of many small numbers stay exact. */
  #sumMicros = 0;
  #carries: Float64Array | undefined;
  readonly #onChange: () => void;
  #seen = false;
  /** Durations that are not in their buckets yet: how many, of which shape, and around which medians. */
  #undealt = 0;
  #shape: Shape = nothing;
  readonly #medians: Medians = { leastMs: Infinity, mostMs: 0, sumMs: 0 };

  /** `onChange` is told of the first change after each {@link seen}. */
  constructor(bounds: readonly number[], onChange: () => void = () => {}) {
    this.bounds = bounds;
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
    return this.#sumMicros;
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
    let low = 0;
    let high = this.bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= (this.bounds[middle] as number)) high = middle;
      else low = middle + 1;
    }
    const before = this.#buckets[low] as number;
    if (before === 0 && times > 0) this.#occupied++;
    this.#buckets[low] = before + times;
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

  /** In parts whose mean is the mean of all: around one median alone a bound would cut off a tenth of everything at once. */
  #dealAll(): void {
    const times = this.#undealt;
    if (times === 0) return;
    const medians = this.#medians;
    const { leastMs, mostMs, sumMs } = medians;
    this.#undealt = medians.mostMs = medians.sumMs = 0;
    medians.leastMs = Infinity;
    const apartMs = mostMs - leastMs;
    if (apartMs <= 0) return this.#deal(times, leastMs);
    const meanMs = sumMs / times;
    const outer = (times * (1 - aroundMean)) / apartMs;
    this.#deal(outer * (mostMs - meanMs), leastMs);
    this.#deal(times * aroundMean, meanMs);
    this.#deal(outer * (meanMs - leastMs), mostMs);
  }

  /**
   * What does not fill a whole operation is carried to the next call. A bucket is searched from where the point before was put, since
   * the points of a shape ascend. By far the busiest loop of the twin, so nothing is called in it.
   */
  #deal(times: number, medianMs: number): void {
    if (times <= 0) return;
    const carries = (this.#carries ??= new Float64Array(masses.length));
    const { bounds } = this;
    const buckets = this.#buckets;
    const shape = this.#shape;
    const { fixedMs, spread, wait } = shape;
    let [bucket, sumMicros] = [0, this.#sumMicros];
    for (let i = 0; i < masses.length; i++) {
      const exact = times * (masses[i] as number) + (carries[i] as number);
      const whole = Math.floor(exact);
      carries[i] = exact - whole;
      if (whole <= 0) continue;
      const value = (wait === undefined ? fixedMs + medianMs * (spread.factors[i] as number) : latencyMs(shape, i)) / 1000;
      while (bucket < bounds.length && !(value <= (bounds[bucket] as number))) bucket++;
      const before = buckets[bucket] as number;
      if (before === 0) this.#occupied++;
      buckets[bucket] = before + whole;
      sumMicros += Math.round(value * 1e6) * whole;
    }
    this.#sumMicros = sumMicros;
  }

  #note(): void {
    this.#seen = false;
    this.#onChange();
  }
}
