import type { Labels, MetricSink, ScrapeTarget } from '../../../telemetry/contract.ts';

interface Watched {
  readonly name: string;
  readonly counts: boolean;
  last: number | undefined;
}

/** Whole names, and the parts of a histogram: what a counter's series is called. */
const counts = (name: string, types: ReadonlyMap<string, string>): boolean =>
  types.get(name) === 'counter' || ['bucket', 'sum', 'count'].some((part) => name.endsWith(`_${part}`) && types.get(name.slice(0, -part.length - 1)) === 'histogram');

/**
 * A Prometheus that keeps no sample: it remembers what each counter showed last, and says so when one is lower at the next
 * scrape although the process is the same.
 */
export class WatchedMetrics implements MetricSink {
  /** What is wrong, first come first. */
  readonly wrong: string[] = [];
  readonly #types = new Map<string, string>();
  readonly #restarted: (instance: string) => number;

  /** `incarnationOf` says which process answers at an instance's address; another one may start to count anew. */
  constructor(incarnationOf: (instance: string) => number) {
    this.#restarted = incarnationOf;
  }

  describe(metric: string, meta: { readonly type: string }): void {
    this.#types.set(metric, meta.type);
  }

  target(job: string, instance: string): ScrapeTarget {
    const series: Watched[] = [];
    const register = (name: string, labels: Labels) => series.push({ name: `${name}${JSON.stringify(labels)}`, counts: counts(name, this.#types), last: undefined }) - 1;
    /** The series that are set together with each, one for each value of a row. */
    const rows = new Map<number, number[]>();
    let incarnation = 0;
    return {
      job, instance,
      series: register,
      buckets: (name, labels, bounds) => bounds.map((le) => register(name, { ...labels, le })),
      begin: () => {
        const now = this.#restarted(instance);
        if (now !== incarnation) for (const each of series) each.last = undefined;
        incarnation = now;
      },
      set: (ref, value) => this.#look(instance, series[ref] as Watched, value),
      carry: () => {},
      drop: () => {},
      setRow: (ref, values) => rows.get(ref)?.forEach((head, column) => this.#look(instance, series[head] as Watched, values[column] as number)),
      join: (refs) => {
        const heads = refs.slice(0, 1);
        for (const ref of refs) rows.set(ref, heads);
      },
      // Up to now they were set as one of the others, which were never larger.
      part: ([head = -1]) => (rows.get(head) ?? []).push(head) - 1,
      end: () => {},
    };
  }

  #look(instance: string, each: Watched, value: number): void {
    if (!Number.isFinite(value)) this.wrong.push(`${each.name} of ${instance} is ${value}`);
    if (!each.counts) return;
    if (each.last !== undefined && value < each.last) this.wrong.push(`${each.name} of ${instance} fell from ${each.last} to ${value}`);
    each.last = value;
  }
}
