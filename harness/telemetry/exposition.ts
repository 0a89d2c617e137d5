import type { Millis } from '../../src/kernel/clock.ts';
import { failed, ok, type Result } from '../../src/kernel/result.ts';
import type { Labels, MetricMeta } from './contract.ts';
import { readOpenMetrics } from './exposition-openmetrics.ts';
import { ExpositionError, place } from './exposition-syntax.ts';
import { readText } from './exposition-text.ts';

/** The two text formats of metric pages. */
export type ExpositionFormat = 'text' | 'openmetrics';

/**
 * Who takes what a page says. Pages repeat, so the text of each series (`name{a="b"}`) is looked up in `known` first
 * and only taken apart by `make` when it is new.
 */
export interface ExpositionSink<S> {
  readonly known: Map<string, S>;
  readonly make: (name: string, labels: Labels) => S;
  readonly sample: (series: S, value: number, timestampMs: Millis | undefined) => void;
  /** The page's word on a metric's type, help or unit; one at a time. */
  readonly describe?: (metric: string, what: { readonly type?: string; readonly help?: string; readonly unit?: string }) => void;
}

/** The format that a `Content-Type` names: OpenMetrics where it says so, the plain text format otherwise. */
export const formatOf = (contentType: string | undefined): ExpositionFormat => (/^application\/openmetrics-text\s*(;|$)/i.test(contentType ?? '') ? 'openmetrics' : 'text');

/** Reads a page to its end or to its first mistake, which is named with line and column. */
export function readExposition<S>(text: string, format: ExpositionFormat, sink: ExpositionSink<S>): Result<void> {
  try {
    if (format === 'openmetrics') readOpenMetrics(text, sink);
    else readText(text, sink);
    return ok(undefined);
  } catch (error) {
    if (error instanceof ExpositionError) return failed('LAB_EXPOSITION', `${place(text, error.offset)}: ${error.message}`, 'the page is not in the format that its content type names');
    throw error;
  }
}

/** One sample of a page. */
export interface ExposedSample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMs?: Millis;
}

/** A page as a whole. */
export interface Exposition {
  readonly samples: readonly ExposedSample[];
  readonly metadata: ReadonlyMap<string, MetricMeta & { readonly unit?: string }>;
}

/** All that a page says, for tests and tools; a scraper reads with a sink of its own. */
export function parseExposition(text: string, format: ExpositionFormat = 'text'): Result<Exposition> {
  const samples: ExposedSample[] = [];
  const metadata = new Map<string, MetricMeta & { readonly unit?: string }>();
  const read = readExposition<Pick<ExposedSample, 'name' | 'labels'>>(text, format, {
    known: new Map(),
    make: (name, labels) => ({ name, labels }),
    sample: (series, value, timestampMs) => samples.push({ ...series, value, ...(timestampMs !== undefined && { timestampMs }) }),
    describe: (metric, { type, help, unit }) => {
      const before = metadata.get(metric) ?? { type: 'untyped', help: '' };
      metadata.set(metric, { ...before, ...(type !== undefined && { type: storedType(type) }), ...(help !== undefined && { help }), ...(unit !== undefined && { unit }) });
    },
  });
  return read.ok ? ok({ samples, metadata }) : read;
}

/** The store knows the five types of the plain format; what only OpenMetrics has is untyped. */
export const storedType = (type: string): MetricMeta['type'] => (type === 'counter' || type === 'gauge' || type === 'histogram' || type === 'summary' ? type : 'untyped');
