import { bothOf, type Wait, waitedMs } from './waits.ts';

/**
 * How latencies scatter around their median: a log-normal law, and the same reduced to fourteen weighted points for what has no
 * closed form. The last points carry the tail (0.2 % beyond 3 sigma).
 */
export interface Spread {
  /** The standard deviation of the logarithm. */
  readonly sigma: number;
  readonly factors: readonly number[];
  /** Of the factors. */
  readonly mean: number;
}

const masses: readonly number[] = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.03, 0.012, 0.006, 0.002];
const sigmas: readonly number[] = [-1.645, -1.036, -0.674, -0.385, -0.126, 0.126, 0.385, 0.674, 1.036, 1.44, 1.812, 2.197, 2.576, 3.09];

/** The few that are in use. */
const known = new Map<number, Spread>();

/** The scatter of a log-normal law: this is the standard deviation of the logarithm. */
export function spreadOf(sigma: number): Spread {
  let spread = known.get(sigma);
  if (!spread) {
    const factors = sigmas.map((z) => Math.round(1e6 * Math.exp(sigma * z)) / 1e6);
    known.set(sigma, (spread = { sigma, factors, mean: factors.reduce((sum, factor, i) => sum + factor * (masses[i] as number), 0) }));
  }
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
  return { fixedMs: shape.fixedMs, medianMs: shape.medianMs, spread: shape.spread, wait: bothOf(shape.wait, wait) };
}

/** A shape whose scattered part takes so much longer. */
export const plus = ({ fixedMs, medianMs, spread, wait }: Shape, addedMs: number): Shape => ({ fixedMs, medianMs: medianMs + addedMs, spread, wait });

/** A shape to which so much is added, to each alike. */
export const atLeast = ({ fixedMs, medianMs, spread, wait }: Shape, addedMs: number): Shape => ({ fixedMs: fixedMs + addedMs, medianMs, spread, wait });

/** How long a shape takes on the whole: its median, and its wait on average. */
export const meanMs = ({ fixedMs, medianMs, wait }: Shape): number => fixedMs + medianMs + (wait === undefined ? 0 : wait.share * wait.meanMs);

/** The part of all operations that a point and those before it stand for. */
export const massesUpTo: readonly number[] = masses.map((_, i) => (i === masses.length - 1 ? 1 : masses.slice(0, i + 1).reduce((sum, mass) => sum + mass, 0)));

/** Where each point stands among all operations, from fastest to slowest: the middle of its mass. */
const ranks: readonly number[] = masses.map((mass, i) => masses.slice(0, i).reduce((sum, each) => sum + each, mass / 2));

/** How long the operations of one point take. Slow ones are taken to wait long as well, which keeps every quantile an upper bound. */
export function latencyMs({ fixedMs, medianMs, spread, wait }: Shape, point: number): number {
  const workMs = fixedMs + medianMs * (spread.factors[point] as number);
  if (wait === undefined) return workMs;
  return workMs + waitedMs(wait, ranks[point] as number);
}

/** The share of operations of this shape that take at least `limitMs`. */
export function shareAtLeast(shape: Shape, limitMs: number): number {
  let share = 0;
  for (let i = 0; i < masses.length; i++) if (latencyMs(shape, i) >= limitMs) share += masses[i] as number;
  return share;
}

/** How long an operation of this shape takes on average, as the sum of a histogram of many of them will show it. */
export function averageMs(shape: Shape): number {
  if (shape.wait === undefined) return shape.fixedMs + shape.medianMs * shape.spread.mean;
  let sum = 0;
  for (let i = 0; i < masses.length; i++) sum += (masses[i] as number) * latencyMs(shape, i);
  return sum;
}

/** The slowest of `count` operations of this shape, for a client's view of a second. */
export const tailMs = (shape: Shape, point: 'p99' | 'max'): number => latencyMs(shape, point === 'p99' ? 11 : 13);
