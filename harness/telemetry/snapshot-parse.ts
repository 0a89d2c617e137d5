import type { Millis } from '../../src/kernel/clock.ts';
import { LabError } from '../../src/kernel/result.ts';
import type { MetricMeta } from './contract.ts';
import { LabelSet, nameLabel } from './labels.ts';
import type { SampleRows } from './sample-rows.ts';
import type { Samples } from './samples.ts';
import { fromJsonSample, labelsOf, levelsOf, metricsFormat, readableFormats, rulesJob, type HeaderLine, type SeriesLine, type TargetLine } from './snapshot-format.ts';
import { eachOf, linesByMetric, type Lines } from './snapshot-lines.ts';
import { MetricStore } from './store.ts';
import type { StoredTarget } from './target.ts';

/** Where the lines of one target go. */
interface Slot {
  /** The samples of series with these labels, yet to be filled. */
  readonly samples: (line: SeriesLine, labels: readonly LabelSet[], capacity: number) => Samples;
  /** Scrape index in the store of a scrape index in the file. */
  readonly scrapeOf: (line: SeriesLine) => (scrape: number) => number | undefined;
}

/**
 * A store from the text of a `lab-metrics` file of either version, or from its parts of whole lines where it is too long for one string. Metadata comes from the header, or from the recording's own
 * `metadata.json` (name to `{type, help}`), given as `metadata`.
 * The lines of a metric are read when somebody asks for the metric, so that is when a damaged line is met.
 */
export function parseMetricsJsonl(file: string | readonly string[], metadata?: Readonly<Record<string, { readonly type: string; readonly help: string }>>): MetricStore {
  const texts = typeof file === 'string' ? [file] : file;
  const [first = ''] = texts;
  const headerEnd = first.indexOf('\n');
  const header = parseLine<HeaderLine>(headerEnd < 0 ? first : first.slice(0, headerEnd), 1);
  if (!readableFormats.includes(header.format)) throw broken(1, `the format is ${JSON.stringify(header.format)}, not ${metricsFormat}`);
  const store = new MetricStore();
  const slots = header.targets.map((target) => slotFor(store, target, header));
  for (const [metric, lines] of linesByMetric(texts, headerEnd < 0 ? first.length : headerEnd + 1)) {
    if (metric === undefined) lines.forEach((line) => addSeries(slots, [line]));
    else store.restoreLater(metric, () => addSeries(slots, lines));
  }
  for (const [name, { type, help }] of Object.entries({ ...header.metadata, ...metadata })) store.describe(name, { type: metricType(type), help });
  return store;
}

const metricTypes: readonly MetricMeta['type'][] = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
const metricType = (text: string): MetricMeta['type'] => metricTypes.find((type) => type === text) ?? 'untyped';

/**
 * Series of one metric. Most buckets and most idle counters of a target say the same behind their labels: those samples are
 * read once, for all of them. And targets of a kind have the same labels.
 */
function addSeries(slots: readonly Slot[], stretches: readonly Lines[]): void {
  const groups = new Map<string, { readonly line: SeriesLine; readonly number: number; readonly labels: LabelSet[] }>();
  const known = new Map<string, readonly LabelSet[]>();
  for (const { line, number } of stretches.flatMap(eachOf)) {
    const { named, closing, samples } = halvesOf(line);
    let group = groups.get(samples);
    if (!group) groups.set(samples, (group = { line: parseLine(line, number), number, labels: [] }));
    let labels = known.get(named);
    if (!labels) known.set(named, (labels = labelSetsOf(parseLine(named + closing, number))));
    group.labels.push(...labels);
  }
  for (const { line, number, labels } of groups.values()) fill(slotOf(slots, line, number), line, labels);
}

/** Labels are in order behind the name. */
const labelSetsOf = (line: SeriesLine): LabelSet[] => labelsOf(line).map((labels) => LabelSet.from({ [nameLabel]: line.n, ...labels }));

/** A line up to its last label, what would make a document of that, and what comes behind the labels; no text in JSON holds a bare quote. */
function halvesOf(line: string): { readonly named: string; readonly closing: string; readonly samples: string } {
  const end = line.indexOf('},"t":');
  return end < 0 ? { named: line, closing: '', samples: line } : { named: line.slice(0, end), closing: '}}', samples: line.slice(end) };
}

function slotOf(slots: readonly Slot[], { t }: SeriesLine, lineNumber: number): Slot {
  const slot = slots[t];
  if (!slot) throw broken(lineNumber, `target ${t} is not in the header`);
  return slot;
}

function fill(slot: Slot, line: SeriesLine, labels: readonly LabelSet[]): void {
  const [scrapeOf, levels] = [slot.scrapeOf(line), levelsOf(line)];
  const { rows } = slot.samples(line, labels, levels.reduce((sum, { scrapes }) => sum + scrapes, 0));
  let scrape = line.i;
  for (const { sample, scrapes } of levels) {
    const end = scrape + scrapes;
    if (sample === null) scrape = end;
    else for (const value = fromJsonSample(sample); scrape < end; scrape++) setAt(rows, scrapeOf(scrape), value);
  }
}

/** A sample off its group's grid (a rule moved to another group) has no place and is left out. */
function setAt(rows: SampleRows, scrape: number | undefined, value: number): void {
  if (scrape !== undefined) rows.set(scrape, value);
}

const sameScrape = () => (scrape: number) => scrape;

function slotFor(store: MetricStore, target: TargetLine, { endMs }: HeaderLine): Slot {
  if (target.job === rulesJob && !target.bare) return rulesSlot(store, target, endMs);
  const stored = target.bare ? store.bareTarget(target.job, target.instance) : store.target(target.job, target.instance);
  stored.restoreTimes(target.timesMs);
  return { samples: (_, labels, capacity) => stored.restoreSeries(labels, capacity), scrapeOf: sameScrape };
}

/**
 * Recorded rules come from several rule groups, each on a grid of its own, in one list of times. A series has a
 * gap at every time of the other groups, so its own grid decides when it ended: the times with its phase, carried
 * on to the end of the recording in the group's interval.
 */
function rulesSlot(store: MetricStore, target: TargetLine, endMs: Millis): Slot {
  const phases = Map.groupBy(target.timesMs, phaseOf);
  const intervalMs = Math.min(...[...phases.values()].map(smallestStep));
  const grids = new Map<number, { readonly stored: StoredTarget; readonly scrapes: ReadonlyMap<Millis, number> }>();
  for (const [phase, times] of phases) {
    const stored = store.bareTarget(target.job, `phase-${phase}`);
    const gridMs = filledGrid(times, Math.min(smallestStep(times), Math.max(intervalMs, 1_000)), endMs);
    stored.restoreTimes(gridMs);
    grids.set(phase, { stored, scrapes: new Map(gridMs.map((atMs, scrape) => [atMs, scrape])) });
  }
  const gridOf = (line: SeriesLine) => grids.get(phaseOf(target.timesMs[line.i] as Millis)) as NonNullable<ReturnType<typeof grids.get>>;
  return {
    samples: (line, labels, capacity) => gridOf(line).stored.restoreSeries(labels, capacity),
    scrapeOf: (line) => {
      const { scrapes } = gridOf(line);
      return (scrape) => scrapes.get(target.timesMs[scrape] as Millis);
    },
  };
}

const phaseOf = (atMs: Millis): number => atMs % 1_000;
const smallestStep = (times: readonly Millis[]): Millis => times.reduce((least, atMs, i) => (i === 0 ? least : Math.min(least, atMs - (times[i - 1] as Millis))), Infinity);

function filledGrid(times: readonly Millis[], stepMs: Millis, endMs: Millis): Millis[] {
  const grid: Millis[] = [];
  const first = times[0] as Millis;
  const last = Math.max(endMs, times.at(-1) as Millis);
  if (!Number.isFinite(stepMs)) return [...times];
  for (let atMs = first; atMs <= last; atMs += stepMs) grid.push(atMs);
  return grid;
}

function parseLine<T>(text: string, lineNumber: number): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw broken(lineNumber, 'it is not JSON', cause);
  }
}

const broken = (lineNumber: number, because: string, cause?: unknown): LabError =>
  new LabError({ code: 'LAB_METRICS_FILE', because: `line ${lineNumber} of the metrics file cannot be used: ${because}`, advice: 'take the file from the recording again' }, 4, { cause });
