import type { Millis } from '../../src/kernel/clock.ts';
import type { StaleMark } from './columns.ts';
import type { LabelTable } from './label-table.ts';
import type { LabelSet } from './labels.ts';
import type { SampleScratch } from './packed-rows.ts';
import type { Samples } from './samples.ts';

/** Samples of one series in order of time; staleness is beside them, since NaN is a value. */
export interface SeriesView {
  /** Series that were there at the same scrapes of a target share one list. */
  readonly times: Float64Array;
  /** A value for each time; what lies behind means nothing. */
  readonly values: Float64Array;
  /** Stale markers in order of time. */
  readonly stale: readonly StaleMark[];
  /** Whether a value may be lower than the one before it; `false` is certain. */
  readonly falls: boolean;
}

/** Which samples are wanted, and where to put them. */
export interface ViewOptions {
  /** Samples up to and including this instant may be left out, with their stale markers. */
  readonly fromMs?: Millis;
  /** Then the values are good only until the scratch is used again. */
  readonly scratch?: SampleScratch;
}

/** A stored series, whatever its layout. */
export interface SeriesSource {
  readonly labels: LabelSet;
  /** One of its labels, without making them all. */
  readonly label: (name: string) => string;
  /** The same thing in series that have the very same samples; where there is none, nothing is known. */
  readonly common?: object | undefined;
  /** Its samples up to and including an instant. */
  readonly view: (untilMs: Millis, options?: ViewOptions) => SeriesView;
}

/** A series of a target: what it is called, and its samples. */
export class ScrapedSeries implements SeriesSource {
  /** Labels that other targets' series have as well, and those of its target. */
  readonly shared: LabelSet;
  readonly #own: LabelSet;
  readonly #table: LabelTable;
  #labels: LabelSet | undefined;
  /** Its own, or those that it has in common with others. */
  samples: Samples;

  constructor({ shared, own, table }: { readonly shared: LabelSet; readonly own: LabelSet; readonly table: LabelTable }, samples: Samples) {
    this.shared = shared;
    this.#own = own;
    this.#table = table;
    this.samples = samples;
  }

  get labels(): LabelSet {
    return (this.#labels ??= this.#table.whole(this.shared, this.#own));
  }

  get common(): object | undefined {
    return this.samples.series > 1 ? this.samples : undefined;
  }

  label(name: string): string {
    return this.#own.get(name) || this.shared.get(name);
  }

  view(untilMs: Millis, options?: ViewOptions): SeriesView {
    return this.samples.view(untilMs, options);
  }
}
