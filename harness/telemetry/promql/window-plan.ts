import type { Millis } from '../../../src/kernel/clock.ts';
import { upperBound } from '../columns.ts';
import { instantOf, type Grid } from './value.ts';

/** Where the windows of a query lie. */
export interface WindowSpan {
  /** The instant at which the window of each step ends; under `@` it is always the same one. */
  readonly ends: Grid;
  readonly rangeMs: Millis;
  /** By how much more the window is open to its past; see {@link Evaluation.earlierMs}. */
  readonly earlierMs: Millis;
}

/** What stretches the difference between the first and the last sample of each window to the whole window. */
export interface Extrapolation {
  /** Where a window has two samples or more; the columns below hold nothing anywhere else. */
  readonly present: Uint8Array;
  readonly sampledSeconds: Float64Array;
  /** How far the window is stretched to its beginning, and to its end. */
  readonly beforeSeconds: Float64Array;
  readonly afterSeconds: Float64Array;
  /** By how much all of that lengthens the sampled part; and the same for each second of the window. */
  readonly stretch: Float64Array;
  readonly perSecond: Float64Array;
}

/** What plans of one instant write to, one after the other: a monitor asks for thousands of them. */
const ofOne = { from: new Int32Array(1), to: new Int32Array(1), columns: Array.from({ length: 5 }, () => new Float64Array(1)) };

/**
 * The windows of all steps in one list of times: worked out once for all series that share the list. That of a single
 * instant is good only until the next one is made.
 */
export class WindowPlan {
  readonly times: Float64Array;
  readonly span: WindowSpan;
  /** The samples `from` up to but not including `to` are in the window of a step. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** How many samples all windows hold, one after the other. */
  readonly visits: number;
  #extrapolation: Extrapolation | undefined;

  constructor(times: Float64Array, span: WindowSpan) {
    this.times = times;
    this.span = span;
    const { count } = span.ends;
    this.from = count === 1 ? ofOne.from : new Int32Array(count);
    this.to = count === 1 ? ofOne.to : new Int32Array(count);
    this.visits = this.#cut();
  }

  /** The seconds that rate, increase and delta need. */
  get extrapolation(): Extrapolation {
    return (this.#extrapolation ??= this.#extrapolate());
  }

  /** Both ends of the window only ever move forward. */
  #cut(): number {
    const { times, from, to } = this;
    const { ends, rangeMs, earlierMs } = this.span;
    let low = upperBound(times, times.length, ends.startMs - rangeMs - earlierMs);
    let high = upperBound(times, times.length, ends.startMs);
    let visits = 0;
    for (let step = 0; step < ends.count; step++) {
      const endMs = instantOf(ends, step);
      const openMs = endMs - rangeMs - earlierMs;
      while (high < times.length && (times[high] as number) <= endMs) high++;
      while (low < high && (times[low] as number) <= openMs) low++;
      from[step] = low;
      to[step] = high;
      visits += high - low;
    }
    return visits;
  }

  #extrapolate(): Extrapolation {
    const { times, from, to } = this;
    const { ends, rangeMs } = this.span;
    const column = (place: number) => (ends.count === 1 ? (ofOne.columns[place] as Float64Array) : new Float64Array(ends.count));
    // Where there is a value is told on, and stays.
    const result = { present: new Uint8Array(ends.count), sampledSeconds: column(0), beforeSeconds: column(1), afterSeconds: column(2), stretch: column(3), perSecond: column(4) };
    for (let step = 0; step < ends.count; step++) {
      const [low, high] = [from[step] as number, (to[step] as number) - 1];
      if (high - low < 1) continue;
      const endMs = instantOf(ends, step);
      const sampled = ((times[high] as number) - (times[low] as number)) / 1_000;
      const spacing = sampled / (high - low);
      const far = spacing * 1.1;
      let before = ((times[low] as number) - (endMs - rangeMs)) / 1_000;
      let after = (endMs - (times[high] as number)) / 1_000;
      if (before >= far) before = spacing / 2;
      if (after >= far) after = spacing / 2;
      const stretch = sampled === 0 ? 1 : (sampled + before + after) / sampled;
      result.present[step] = 1;
      result.sampledSeconds[step] = sampled;
      result.beforeSeconds[step] = before;
      result.afterSeconds[step] = after;
      result.stretch[step] = stretch;
      result.perSecond[step] = stretch / (rangeMs / 1_000);
    }
    return result;
  }
}
