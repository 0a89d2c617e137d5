import { type Bundle, type SignalSeries, submittedDiagnosis } from '../../history/bundle.ts';
import { captionOf, lineRows } from '../chart/caption.ts';
import type { Drawn } from '../chart/decimate.ts';
import { type Frame, paintClass } from '../chart/frame.ts';
import { colouredLines, type Ring, seriesChart } from '../chart/series.ts';
import { hasMoved, storyOf, weightOf } from '../chart/story.ts';
import { citedInstants } from './evidence.ts';
import { type Looks, looksAtEach } from './looked.ts';

/** The small multiples: those that moved most come first, those that did not are folded. */
export function metricsView(bundle: Bundle, frame: Frame) {
  const looks = looksAtEach(bundle.signals, bundle.transcript);
  const panels = bundle.signals
    .map((signal, i) => panelOf(bundle, { signal: named(bundle, signal), looks: looks[i] }, frame))
    .toSorted((a, b) => Number(b.cited) - Number(a.cited) || b.weight - a.weight || (a.id < b.id ? -1 : 1));
  const open = panels.filter((panel) => panel.cited || panel.moved);
  // A quiet run has nothing that moved: then the charts themselves are the answer, and none is folded.
  const shown = open.length > 0 ? open : panels;
  const folded = panels.filter((panel) => !shown.includes(panel));
  return { shown, folded, foldedSummary: `${folded.length} more in which no value left its band`, any: panels.length > 0, paint: paintClass(frame.faults[0]?.colour ?? 'slate') };
}

/** Lines are named after nodes where an address belongs to one. */
function named(bundle: Bundle, signal: SignalSeries): SignalSeries {
  const nodeOf = (name: string) =>
    bundle.answer?.nodes.find(({ id, host, aliases }) => [id, host, ...aliases].some((each) => each === name || each === name.replace(/:\d+$/, '')))?.id ?? name.replace(/^([a-z]+-\d+):\d+$/, '$1');
  return { ...signal, lines: signal.lines.map((line) => ({ ...line, name: nodeOf(line.name) })) };
}

function panelOf(bundle: Bundle, { signal, looks }: { readonly signal: SignalSeries; readonly looks: Looks | undefined }, frame: Frame) {
  const told = signal.lines.map((line) => ({ line, story: storyOf(line, frame) })).toSorted((a, b) => b.story.weight - a.story.weight || (a.line.name < b.line.name ? -1 : 1));
  // The lines with a colour are the ones that moved most, in order of name so that a node keeps its colour between charts.
  const coloured = told.slice(0, colouredLines).toSorted((a, b) => (a.line.name < b.line.name ? -1 : 1));
  const ordered = [...coloured, ...told.slice(colouredLines)];
  const drawnSignal = { ...signal, lines: ordered.map((each) => each.line) };
  const stories = ordered.map((each) => each.story);
  const rings = ringsOf(bundle, drawnSignal, looks);
  const id = signal.id.replace(/[^\w-]/g, '-');
  const chart = seriesChart({ signal: drawnSignal, frame, rings, labelledBy: `m-${id}-title m-${id}-caption` });
  return {
    id, title: signal.title, unit: unitWord(signal.unit), promql: signal.promql ?? '',
    svg: chart.svg, offScale: chart.offScale,
    caption: captionOf(drawnSignal, stories, frame),
    legend: drawnSignal.lines.length > 1 ? drawnSignal.lines.slice(0, colouredLines).map((line, i) => ({ name: line.name, class: `s${i + 1}` })) : [],
    unnamed: Math.max(0, drawnSignal.lines.length - colouredLines),
    rows: lineRows(drawnSignal, stories, frame),
    badge: badgeOf(bundle, looks),
    cited: rings.length > 0,
    moved: stories.some(hasMoved),
    weight: weightOf(stories),
    data: dataOf(id, signal.unit, chart.lines, frame),
  };
}

/** The samples that the script reads out, as seconds since the start and four digits. */
function dataOf(id: string, unit: string, lines: readonly { name: string; points: readonly Drawn[] }[], frame: Frame) {
  const short = (value: number | null) => (value === null || (Number.isInteger(value) && Math.abs(value) < 1e4) ? value : Number(value.toPrecision(4)));
  return { id, unit, lines: lines.slice(0, colouredLines).map(({ name, points }) => ({ name, points: points.map(([atMs, value]) => [Math.round((atMs - frame.fromMs) / 1000), short(value)]) })) };
}

const unitWord = (unit: string): string => ({ seconds: 'ms or s', count: 'count', 'per-second': 'per second', ratio: '%', bytes: 'bytes' })[unit] ?? unit;

/** Whether anybody looked: the difference between `did not look` and `misread`. */
function badgeOf(bundle: Bundle, looks: Looks | undefined) {
  if (!looks || bundle.transcript.length === 0) return { text: '', class: '', links: [] };
  const link = (id: string) => ({ id, href: `#${id}` });
  if (looks.asked.length > 0) return { text: 'read in', class: 'read', links: looks.asked.map(link) };
  if (looks.shown.length > 0) return { text: 'shown in', class: 'read', links: looks.shown.map(link) };
  return { text: 'never looked', class: 'unread', links: [] };
}

/** Citations whose answer came from this signal's metrics; the ring sits on the line when the citation's labels name it. */
function ringsOf(bundle: Bundle, signal: SignalSeries, looks: Looks | undefined): Ring[] {
  const asked = looks?.asked ?? [];
  return citedInstants(bundle, submittedDiagnosis(bundle))
    .filter((cited) => asked.includes(cited.observation))
    .map(({ id, atMs, labels }) => {
      const line = signal.lines.length === 1 ? signal.lines[0] : signal.lines.find(({ name }) => labels.some((label) => label === name || label.startsWith(`${name}:`)));
      const value = line?.points.findLast(([at]) => at <= atMs)?.[1];
      return { id, atMs, ...(value === undefined ? {} : { value }) };
    });
}
