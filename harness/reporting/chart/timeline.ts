import type { Bundle } from '../../history/bundle.ts';
import { eventsOf } from '../../history/events.ts';
import { counted, signedSpan, virtualTime } from '../format.ts';
import { element, type Markup } from '../markup.ts';
import type { FaultWindow, Moments } from '../moments.ts';
import { faultBand, type Frame, paintClass, timeTicks, x } from './frame.ts';

const lane = 22;
const names = ['fault', 'symptoms', 'tickets', 'diagnosis', 'recovery'] as const;
type Lane = (typeof names)[number];
const middle = (name: Lane): number => names.indexOf(name) * lane + lane / 2;

/** The incident on one axis: truth hatched, what was observed solid, what the diagnostician did outlined. */
export interface Timeline {
  readonly svg: Markup;
  /** What stands beside each row of the drawing. */
  readonly lanes: readonly string[];
}

/** Draws the timeline; faults that would cover each other get rows of their own. */
export function drawTimeline(bundle: Bundle, moments: Moments, frame: Frame): Timeline {
  const rows = faultRows(frame, moments.faults);
  const extraPx = Math.max(0, rows.length - 1) * lane;
  const heightPx = names.length * lane + 20;
  const lower = element('svg', { x: 0, y: extraPx, width: '100%', height: heightPx, overflow: 'visible' },
    ...axis(frame, extraPx), ...symptomLane(bundle, frame), ...ticketLane(bundle, frame, moments), ...diagnosisLane(bundle, frame, moments), ...recoveryLane(bundle, frame, moments));
  const svg = element('svg', { class: 'timeline', width: '100%', height: extraPx + heightPx, role: 'group', 'aria-labelledby': 'timeline-title timeline-told' }, lower, ...rows.flatMap((row, i) => faultRow(frame, row, i * lane)));
  const [fault, ...others] = names;
  return { svg, lanes: [fault, ...rows.slice(1).map(() => ''), ...others] };
}

const rowsMax = 4;

/** Packs faults into rows so that neither bands nor labels overlap; the last row takes what is left. */
function faultRows(frame: Frame, faults: readonly FaultWindow[]): FaultWindow[][] {
  const rows: { faults: FaultWindow[]; freeFrom: number }[] = [];
  for (const fault of faults) {
    const from = frame.percent(fault.fromMs);
    let row = rows.find((each) => each.freeFrom <= from) ?? (rows.length < rowsMax ? undefined : rows.at(-1));
    if (!row) rows.push((row = { faults: [], freeFrom: 0 }));
    row.faults.push(fault);
    // A character of a label takes about 0.6 % of a wide plot.
    row.freeFrom = Math.max(frame.percent(fault.toMs ?? frame.toMs), from + 2 + 0.6 * labelOf(fault).length);
  }
  return rows.map((row) => row.faults);
}

const labelOf = (fault: FaultWindow): string => `${fault.fault} ${fault.struck.join(', ')}`;

function faultRow(frame: Frame, faults: readonly FaultWindow[], top: number): Markup[] {
  return faults.flatMap((fault) => [faultBand(frame, fault, { top: top + 3, height: lane - 6 }), label(frame, fault.fromMs, { y: top + lane / 2, text: labelOf(fault), class: paintClass(fault.colour) })]);
}

function axis(frame: Frame, extraPx: number): Markup[] {
  const bottom = names.length * lane;
  const rows = names.map((_, i) => element('line', { class: 'rule', x1: '0%', x2: '100%', y1: (i + 1) * lane, y2: (i + 1) * lane }));
  const marks = timeTicks(frame, 10).flatMap((atMs, i) => [
    element('line', { class: 'grid', x1: x(frame, atMs), x2: x(frame, atMs), y1: -extraPx, y2: bottom }),
    element('text', { class: `tick ${anchor(frame, atMs)}${i % 2 === 1 ? ' odd' : ''}`, x: x(frame, atMs), y: bottom + 14 }, `v ${virtualTime(atMs - frame.fromMs)}`),
  ]);
  return [...rows, ...marks];
}

function anchor(frame: Frame, atMs: number): string {
  const at = frame.percent(atMs);
  return at < 3 ? 'start' : at > 96 ? 'end' : 'middle';
}

/** A label beside a mark: to its right, or to its left where the right edge is near. `roomy` is dropped on small screens. */
function label(frame: Frame, atMs: number, spec: { y: number; text: string; roomy?: string; class?: string }): Markup {
  const late = frame.percent(atMs) > 66;
  const more = spec.roomy ? [element('tspan', { class: 'roomy' }, spec.roomy)] : [];
  return element('text', { class: `label ${late ? 'end' : 'start'} ${spec.class ?? ''}`.trim(), x: x(frame, atMs), dx: late ? -9 : 9, y: spec.y + 4 }, spec.text, ...more);
}

function diamond(frame: Frame, atMs: number, spec: { lane: Lane; class: string; title: string }): Markup {
  const mark = element('rect', { class: 'hit', x: -9, y: -11, width: 18, height: 22 });
  const y = middle(spec.lane);
  return element('svg', { class: `mark ${spec.class}`, x: x(frame, atMs), y, width: 1, height: 1, overflow: 'visible' },
    element('title', {}, spec.title), mark, element('path', { d: 'M0-6 6 0 0 6-6 0Z' }));
}

function symptomLane({ history }: Bundle, frame: Frame): Markup[] {
  const all = eventsOf(history, 'symptom');
  const marks = all.map((event) => diamond(frame, event.atMs, { lane: 'symptoms', class: event.rose ? 'solid' : 'hollow', title: `${virtualTime(event.atMs - frame.fromMs)} ${event.detail}` }));
  const first = all.find((event) => event.rose);
  return first ? [...marks, label(frame, first.atMs, { y: middle('symptoms'), text: short(first.detail) })] : marks;
}

function ticketLane({ history }: Bundle, frame: Frame, moments: Moments): Markup[] {
  const opened = eventsOf(history, 'ticket-opened').map((event) => event.ticket);
  const resolved = eventsOf(history, 'ticket-resolved').map((event) => event.ticket);
  const bars = opened.map((ticket) => {
    const end = resolved.find((other) => other.id === ticket.id)?.resolvedAtMs ?? frame.toMs;
    const width = Math.max(0.2, frame.percent(end) - frame.percent(ticket.openedAtMs));
    return element('rect', { class: 'ticket-bar', x: x(frame, ticket.openedAtMs), y: middle('tickets') + 7, width: `${width.toFixed(2)}%`, height: 3 });
  });
  const marks = opened.map((ticket) => diamond(frame, ticket.openedAtMs, { lane: 'tickets', class: 'ticket', title: `${ticket.id} ${ticket.key}: ${ticket.detail}` }));
  const first = opened[0];
  if (!first) return [];
  const late = moments.faultFromMs === undefined ? '' : ` ${signedSpan(first.openedAtMs - moments.faultFromMs)}`;
  return [...bars, ...marks, label(frame, first.openedAtMs, { y: middle('tickets'), text: `${first.invariant}${late}`, class: 'halo' })];
}

/** True when time stood still from the first question to the answer: an embedded cluster waits for whoever thinks. */
export function stoodStill(moments: Moments): boolean {
  return moments.diagnosisFromMs !== undefined && moments.diagnosisFromMs === moments.diagnosisToMs;
}

function diagnosisLane({ history }: Bundle, frame: Frame, moments: Moments): Markup[] {
  const { diagnosisFromMs: fromMs, diagnosisToMs: toMs = frame.toMs } = moments;
  if (fromMs === undefined) return [];
  const y = middle('diagnosis');
  const width = `${Math.max(0, frame.percent(toMs) - frame.percent(fromMs)).toFixed(2)}%`;
  const ticks = eventsOf(history, 'tool-called').map((event) =>
    element('a', { href: `#${event.observation}` }, element('title', {}, `${event.observation} ${event.tool}`), element('line', { class: 'call', x1: x(frame, event.atMs), x2: x(frame, event.atMs), y1: y - 7, y2: y + 7 })));
  const text = counted(moments.toolCalls, 'tool call');
  const roomy = stoodStill(moments) ? ', the clock stood still' : '';
  return [...(stoodStill(moments) ? [axisBreak(frame, fromMs)] : []), element('rect', { class: 'thinking', x: x(frame, fromMs), y: y - 7, width, height: 14 }), ...ticks, label(frame, toMs, { y: middle('diagnosis'), text, roomy })];
}

/** Two strokes through the axis: here no virtual time passed while the diagnostician worked. */
function axisBreak(frame: Frame, atMs: number): Markup {
  return element('svg', { class: 'break', x: x(frame, atMs), y: names.length * lane, width: 1, height: 1, overflow: 'visible' }, element('path', { d: 'M-5 4-1-4M1 4 5-4' }));
}

function recoveryLane({ history }: Bundle, frame: Frame, moments: Moments): Markup[] {
  const reverted = eventsOf(history, 'fault-reverted').at(-1);
  if (!reverted) return [];
  const end = eventsOf(history, 'converged').at(-1);
  const toMs = end?.atMs ?? frame.toMs;
  const width = `${Math.max(0.2, frame.percent(toMs) - frame.percent(reverted.atMs)).toFixed(2)}%`;
  const text = !end ? 'reverted' : end.converged ? `recovered ${signedSpan(toMs - reverted.atMs)}` : 'did not recover';
  const inside = moments.convergedMs === undefined ? 'unhealed' : 'healed';
  return [element('rect', { class: `recovery ${inside}`, x: x(frame, reverted.atMs), y: middle('recovery') - 7, width, height: 14 }), label(frame, reverted.atMs, { y: middle('recovery'), text })];
}

const short = (text: string): string => (text.length > 46 ? `${text.slice(0, 45)}…` : text);
