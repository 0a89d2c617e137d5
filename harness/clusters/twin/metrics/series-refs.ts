import type { Labels, ScrapeTarget, SeriesRef } from '../../../telemetry/contract.ts';
import { HistogramRefs } from './histogram-refs.ts';

/** The series of one target, registered once however often its process restarts. */
export class SeriesRefs {
  readonly #target: ScrapeTarget;
  /** By name, and by {@link labelsKey}. */
  readonly #refs = new Map<string, Map<string, SeriesRef>>();
  readonly #histograms = new Map<string, Map<string, HistogramRefs>>();

  readonly #describe: (series: string) => void;

  constructor(target: ScrapeTarget, describe: (series: string) => void) {
    this.#target = target;
    this.#describe = describe;
  }

  of(name: string, labels: Labels, key = labelsKey(labels)): SeriesRef {
    const known = this.#of(this.#refs, name);
    let ref = known.get(key);
    if (ref === undefined) known.set(key, (ref = this.#target.series(name, labels)));
    return ref;
  }

  /** All series of a histogram. */
  histogram(name: string, { bounds, labels, key }: { readonly bounds: readonly number[]; readonly labels: Labels; readonly key: string }): HistogramRefs {
    const known = this.#of(this.#histograms, name);
    let refs = known.get(key);
    if (!refs) {
      const buckets = this.#target.buckets(`${name}_bucket`, labels, leOf(bounds));
      known.set(key, (refs = new HistogramRefs(this.#target, { buckets, sum: this.#target.series(`${name}_sum`, labels), count: this.#target.series(`${name}_count`, labels) })));
    }
    return refs;
  }

  #of<T>(all: Map<string, Map<string, T>>, name: string): Map<string, T> {
    let known = all.get(name);
    if (!known) {
      this.#describe(name);
      all.set(name, (known = new Map()));
    }
    return known;
  }
}

/** A key for look-ups, the same in whatever order the caller wrote the labels. */
export function labelsKey(labels: Labels): string {
  let key = '';
  let last = '';
  for (const label in labels) {
    if (label < last) return labelsKey(Object.fromEntries(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1))));
    key += `${label}=${labels[label]}|`;
    last = label;
  }
  return key;
}

const knownBounds = new WeakMap<readonly number[], readonly string[]>();

/** What `le` says for each of these bounds and for the last bucket. */
function leOf(bounds: readonly number[]): readonly string[] {
  let texts = knownBounds.get(bounds);
  if (!texts) knownBounds.set(bounds, (texts = [...bounds, Infinity].map(formatBound)));
  return texts;
}

/**
 * A bucket bound in `le` as Prometheus 3 stores it, whatever the program printed: Go's shortest form, with an exponent
 * below 1e-4 and from 1e6 on, and `.0` after whole numbers.
 */
export function formatBound(bound: number): string {
  if (bound === Infinity) return '+Inf';
  if (bound !== 0 && (bound < 1e-4 || bound >= 1e6)) return bound.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}
