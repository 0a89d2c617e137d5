import type { Millis } from '../../../src/kernel/clock.ts';
import { upperBound } from '../columns.ts';
import { instantOf, type Grid } from './value.ts';

/** Where windows lie: they end at the reference of an instant and are `rangeMs` long. */
export interface WindowSpan {
  readonly rangeMs: Millis;
  /** By how much more the window is open to its past; see {@link Evaluation.earlierMs}. */
  readonly earlierMs: Millis;
  readonly reference: (atMs: Millis) => Millis;
}

/** What stretches the difference between the first and the last sample of each window to the whole window. */
export interface Extrapolation {
  readonly sampledSeconds: Float64Array;
  /** How far the window is stretched to its beginning, and to its end. */
  readonly beforeSeconds: Float64Array;
  readonly afterSeconds: Float64Array;
  /** By how much all of that lengthens the sampled part. */
  readonly stretch: Float64Array;
}

/** The windows of all steps in one list of times: worked out once for all series that share the list. */
export class WindowPlan {
  readonly times: Float64Array;
  readonly grid: Grid;
  readonly span: WindowSpan;
  /** The samples `from` up to but not including `to` are in the window of a step. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** How many samples all windows hold, one after the other. */
  readonly visits: number;
  #extrapolation: Extrapolation | undefined;

  constructor(times: Float64Array, grid: Grid, span: WindowSpan) {
    this.times = times;
    this.grid = grid;
    this.span = span;
    this.from = new Int32Array(grid.count);
    this.to = new Int32Array(grid.count);
    this.visits = this.#cut();
  }

  /** The instant at which the window of a step ends. */
  endMs(step: number): Millis {
    return this.span.reference(instantOf(this.grid, step));
  }

  /** The seconds that rate, increase and delta need; a step with fewer than two samples has none. */
  get extrapolation(): Extrapolation {
    return (this.#extrapolation ??= this.#extrapolate());
  }

  /** Both ends of the window only ever move forward. */
  #cut(): number {
    const { times, from, to, grid, span } = this;
    const firstMs = this.endMs(0);
    let low = upperBound(times, times.length, firstMs - span.rangeMs - span.earlierMs);
    let high = upperBound(times, times.length, firstMs);
    let visits = 0;
    for (let step = 0; step < grid.count; step++) {
      const endMs = this.endMs(step);
      const openMs = endMs - span.rangeMs - span.earlierMs;
      while (high < times.length && (times[high] as number) <= endMs) high++;
      while (low < high && (times[low] as number) <= openMs) low++;
      from[step] = low;
      to[step] = high;
      visits += high - low;
    }
    return visits;
  }

  #extrapolate(): Extrapolation {
    const { times, from, to, grid, span } = this;
    const column = () => new Float64Array(grid.count);
    const result = { sampledSeconds: column(), beforeSeconds: column(), afterSeconds: column(), stretch: column() };
    for (let step = 0; step < grid.count; step++) {
      const [low, high] = [from[step] as number, (to[step] as number) - 1];
      if (high - low < 1) continue;
      const endMs = this.endMs(step);
      const sampled = ((times[high] as number) - (times[low] as number)) / 1_000;
      const spacing = sampled / (high - low);
      const far = spacing * 1.1;
      let before = ((times[low] as number) - (endMs - span.rangeMs)) / 1_000;
      let after = (endMs - (times[high] as number)) / 1_000;
      if (before >= far) before = spacing / 2;
      if (after >= far) after = spacing / 2;
      result.sampledSeconds[step] = sampled;
      result.beforeSeconds[step] = before;
      result.afterSeconds[step] = after;
      result.stretch[step] = sampled === 0 ? 1 : (sampled + before + after) / sampled;
    }
    return result;
  }
}

/** The plans of one node: most of its series share a list of times with others. */
export class WindowPlans {
  readonly #grid: Grid;
  readonly #span: WindowSpan;
  readonly #known = new Map<Float64Array, WindowPlan>();
  #last: WindowPlan | undefined;

  constructor(grid: Grid, span: WindowSpan) {
    this.#grid = grid;
    this.#span = span;
  }

  /** The plan for this list of times. */
  of(times: Float64Array): WindowPlan {
    if (this.#last?.times === times) return this.#last;
    let plan = this.#known.get(times);
    if (!plan) {
      // Lists that are not shared are not worth keeping.
      if (this.#known.size >= rememberedPlans) this.#known.clear();
      this.#known.set(times, (plan = new WindowPlan(times, this.#grid, this.#span)));
    }
    this.#last = plan;
    return plan;
  }
}

const rememberedPlans = 256;
