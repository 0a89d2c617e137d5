import type { Millis } from '../../../src/kernel/clock.ts';
import { failed, ok, type Failure, type Result } from '../../../src/kernel/result.ts';
import type { Transport } from '../../../src/ports/http.ts';

/** One series as it was scraped: labels with `__name__`, and its samples in order of time. */
export interface RawSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly timesMs: Millis[];
  readonly values: number[];
}

/** Which samples to take: later than `fromMs`, up to `toMs`. */
export interface RawRange {
  readonly selector: string;
  readonly fromMs: Millis;
  readonly toMs: Millis;
  readonly signal?: AbortSignal;
}

/** One question covers this much; a whole incident at once would be more than a server likes to answer. */
const sliceMs: Millis = 60_000;
const sliceMinMs: Millis = 5_000;

/** Takes every sample of the selected series from a Prometheus, with its own time, slice by slice. A slice that is too much is asked for in halves. */
export async function takeRawSeries(prometheus: Transport, range: RawRange): Promise<Result<ReadonlyMap<string, RawSeries>>> {
  const taken = new Map<string, RawSeries>();
  for (let fromMs = range.fromMs; fromMs < range.toMs; fromMs += sliceMs) {
    const trouble = await takeSlice(prometheus, { ...range, fromMs, toMs: Math.min(range.toMs, fromMs + sliceMs) }, taken);
    if (trouble) return { ok: false, failure: trouble };
  }
  return ok(taken);
}

async function takeSlice(prometheus: Transport, range: RawRange, taken: Map<string, RawSeries>): Promise<Failure | undefined> {
  const { selector, fromMs, toMs, signal } = range;
  const body = new URLSearchParams({ query: `${selector}[${toMs - fromMs}ms]`, time: String(toMs / 1000) }).toString();
  const answer = await prometheus({ method: 'POST', path: '/api/v1/query', body }, signal);
  const rows = answer.ok ? rowsOf(answer.value.body, answer.value.status) : answer;
  if (rows.ok) {
    for (const row of rows.value) addRow(taken, row, fromMs);
    return undefined;
  }
  if (toMs - fromMs <= sliceMinMs || !tooMuch(rows.failure)) return rows.failure;
  const middleMs = Math.round((fromMs + toMs) / 2);
  return (await takeSlice(prometheus, { ...range, toMs: middleMs }, taken)) ?? takeSlice(prometheus, { ...range, fromMs: middleMs }, taken);
}

const tooMuch = ({ code, because }: Failure): boolean => code === 'LAB_BODY_TOO_LONG' || code === 'LAB_TIMEOUT' || /too many samples|timed out/.test(because);

interface MatrixRow {
  readonly metric: Record<string, string>;
  readonly values?: readonly (readonly [number, string])[];
}

function rowsOf(body: string, status: number): Result<readonly MatrixRow[]> {
  try {
    const { status: how, data, errorType, error } = JSON.parse(body) as { status?: string; data?: { result?: MatrixRow[] }; errorType?: string; error?: string };
    if (how === 'success') return ok(data?.result ?? []);
    return failed('LAB_PROMQL', `${errorType ?? 'error'}: ${error ?? body.slice(0, 200)}`);
  } catch {
    return failed('LAB_PROMETHEUS_ANSWER', `Prometheus answers ${status} with something that is not its JSON: ${body.trim().slice(0, 200)}`);
  }
}

/** Older servers count the left end of a range in and newer ones do not: what belongs to the slice before is left out here. */
function addRow(taken: Map<string, RawSeries>, { metric, values = [] }: MatrixRow, fromMs: Millis): void {
  const key = JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)));
  let series = taken.get(key);
  if (!series) taken.set(key, (series = { labels: metric, timesMs: [], values: [] }));
  for (const [seconds, text] of values) {
    const atMs = Math.round(seconds * 1000);
    if (atMs <= fromMs) continue;
    series.timesMs.push(atMs);
    series.values.push(numberOf(text));
  }
}

const numberOf = (text: string): number => (text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text));
