import type { Millis } from '../../src/kernel/clock.ts';
import type { LabelSet } from '../../harness/telemetry/labels.ts';
import { matcher } from '../../harness/telemetry/matchers.ts';
import type { SeriesView } from '../../harness/telemetry/series.ts';
import type { MetricStore } from '../../harness/telemetry/store.ts';

interface Shipped {
  readonly head: Buffer;
  readonly view: SeriesView;
}

/** A server takes samples up to an hour older than its newest; half of that leaves room. */
const windowMs = 1_800_000;
const seriesPerRequest = 2_000;
/** What Prometheus stores where a series ends. Its bits would not survive a JavaScript number, so they are written as bits. */
const staleBits = 0x7ff0000000000002n;

/**
 * A whole store as bodies of Prometheus' remote-write requests, window after window, series in order of labels:
 * snappy (literals only) around protobuf. Stale markers go along, which no text format can carry.
 */
export function* remoteWriteBodies(store: MetricStore): Generator<Buffer> {
  const series = store.select([matcher('__name__', '=~', '.*')]).map((each): Shipped => ({ head: labelFields(each.labels), view: each.view(Infinity) })).filter(({ view }) => view.times.length > 0);
  const firstMs = series.reduce((least, { view }) => Math.min(least, view.times[0] as number), Infinity);
  const lastMs = series.reduce((most, { view }) => Math.max(most, view.times.at(-1) as number, view.stale.at(-1)?.atMs ?? 0), 0);
  for (let fromMs = firstMs; fromMs <= lastMs; fromMs += windowMs) {
    for (let i = 0; i < series.length; i += seriesPerRequest) {
      const parts = series.slice(i, i + seriesPerRequest).flatMap((each) => timeSeries(each, fromMs, fromMs + windowMs));
      if (parts.length > 0) yield snappy(Buffer.concat(parts));
    }
  }
}

function timeSeries({ head, view }: Shipped, fromMs: Millis, toMs: Millis): Buffer[] {
  const { times, values, stale } = view;
  const marks = stale.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  const first = firstAtOrAfter(times, fromMs);
  const end = firstAtOrAfter(times, toMs);
  if (end === first && marks.length === 0) return [];
  const samples = Buffer.alloc((end - first + marks.length) * 24);
  let at = 0;
  let mark = 0;
  for (let i = first; i < end; i++) {
    while (mark < marks.length && (marks[mark]?.atMs as number) < (times[i] as number)) at = sample(samples, at, { atMs: marks[mark++]?.atMs as number, value: 'stale' });
    at = sample(samples, at, { atMs: times[i] as number, value: values[i] as number });
  }
  while (mark < marks.length) at = sample(samples, at, { atMs: marks[mark++]?.atMs as number, value: 'stale' });
  return [Buffer.from([0x0a]), varint(head.length + at), head, samples.subarray(0, at)];
}

function firstAtOrAfter(times: Float64Array, atMs: Millis): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Field 2 of a TimeSeries: a Sample of a double (field 1) and a varint of milliseconds (field 2). */
function sample(to: Buffer, at: number, { atMs, value }: { atMs: Millis; value: number | 'stale' }): number {
  to[at] = 0x12;
  to[at + 2] = 0x09;
  if (value === 'stale') to.writeBigUInt64LE(staleBits, at + 3);
  else to.writeDoubleLE(value, at + 3);
  to[at + 11] = 0x10;
  let end = at + 12;
  let rest = atMs;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) to[end++] = (rest % 128) | 0x80;
  to[end++] = rest;
  to[at + 1] = end - at - 2;
  return end;
}

/** Field 1 of a TimeSeries, once per label: name (field 1) and value (field 2). */
function labelFields(labels: LabelSet): Buffer {
  const parts: Buffer[] = [];
  for (let i = 0; i < labels.pairs.length; i += 2) {
    const label = Buffer.concat([textField(0x0a, labels.pairs[i] as string), textField(0x12, labels.pairs[i + 1] as string)]);
    parts.push(Buffer.from([0x0a]), varint(label.length), label);
  }
  return Buffer.concat(parts);
}

function textField(tag: number, text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([tag]), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return Buffer.from([...bytes, value]);
}

/** Snappy's block format without any compression: the length, then literals of at most 64 KiB. */
function snappy(plain: Buffer): Buffer {
  const parts: Buffer[] = [varint(plain.length)];
  for (let i = 0; i < plain.length; i += 65_536) {
    const literal = plain.subarray(i, i + 65_536);
    parts.push(Buffer.from([61 << 2, (literal.length - 1) & 0xff, (literal.length - 1) >> 8]), literal);
  }
  return Buffer.concat(parts);
}
