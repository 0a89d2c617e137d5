import type { Bundle } from '../../history/bundle.ts';
import { eventsOf } from '../../history/events.ts';
import { counted, signedSpan, virtualTime } from '../format.ts';
import { element, type Markup } from '../markup.ts';
import type { Moments } from '../moments.ts';
import { faultBands, type Frame, paintClass, timeTicks, x } from './frame.ts';

const lane = 22;
const names = ['fault', 'symptoms', 'tickets', 'diagnosis', 'recovery'] as const;
type Lane = (typeof names)[number];
const middle = (name: Lane): number => names.indexOf(name) * lane + lane / 2;

/** The lanes of the timeline with their height, for the labels that stand beside the drawing. */
export const timelineLanes = { names, lanePx: lane, heightPx: names.length * lane + 20 };

/** The incident on one axis: truth hatched, what was observed solid, what the diagnostician did outlined. */
export function timelineSvg(bundle: Bundle, moments: Moments, frame: Frame): Markup {
  return element('svg', { class: 'timeline', width: '100%', height: timelineLanes.heightPx, role: 'group', 'aria-labelledby': 'timeline-title timeline-told' },
    ...axis(frame), ...faultLane(frame, moments), ...symptomLane(bundle, frame), ...ticketLane(bundle, frame, moments), ...diagnosisLane(bundle, frame, moments), ...recoveryLane(bundle, frame, moments));
}

function axis(frame: Frame): Markup[] {
  const bottom = names.length * lane;
  const rows = names.map((_, i) => element('line', { class: 'rule', x1: '0%', x2: '100%', y1: (i + 1) * lane, y2: (i + 1) * lane }));
  const marks = timeTicks(frame, 10).flatMap((atMs, i) => [
    element('line', { class: 'grid', x1: x(frame, atMs), x2: x(frame, atMs), y1: 0, y2: bottom }),
    element('text', { class: `tick ${anchor(frame, atMs)}${i % 2 === 1 ? ' odd' : ''}`, x: x(frame, atMs), y: bottom + 14 }, `v ${virtualTime(atMs - frame.fromMs)}`),
  ]);
  return [...rows, ...marks];
}

function anchor(frame: Frame, atMs: number): string {
  const at = frame.percent(atMs);
  return at < 3 ? 'start' : at > 96 ? 'end' : 'middle';
}

/** A label beside a mark: to its right, or to its left where the right edge is near. */
function beside(frame: Frame, atMs: number, spec: { lane: Lane; text: string; roomy?: string; class?: string }): Markup {
  const late = frame.percent(atMs) > 66;
  return element('text', { class: `label ${late ? 'end' : 'start'} ${spec.class ?? ''}`.trim(), x: x(frame, atMs), dx: late ? -9 : 9, y: middle(spec.lane) + 4 }, spec.text, ...(spec.roomy ? [element('tspan', { class: 'roomy' }, spec.roomy)] : []));
}

function faultLane(frame: Frame, moments: Moments): Markup[] {
  const labels = moments.faults.map((fault) => beside(frame, fault.fromMs, { lane: 'fault', text: `${fault.fault} ${fault.struck.join(', ')}`, class: paintClass(fault.colour) }));
  return [...faultBands(frame, 3, lane - 6), ...labels];
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
  return first ? [...marks, beside(frame, first.atMs, { lane: 'symptoms', text: short(first.detail) })] : marks;
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
  return [...bars, ...marks, beside(frame, first.openedAtMs, { lane: 'tickets', text: `${first.invariant}${late}`, class: 'halo' })];
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
  return [...(stoodStill(moments) ? [axisBreak(frame, fromMs)] : []), element('rect', { class: 'thinking', x: x(frame, fromMs), y: y - 7, width, height: 14 }), ...ticks, beside(frame, toMs, { lane: 'diagnosis', text, roomy })];
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
  return [element('rect', { class: `recovery ${inside}`, x: x(frame, reverted.atMs), y: middle('recovery') - 7, width, height: 14 }), beside(frame, reverted.atMs, { lane: 'recovery', text })];
}

const short = (text: string): string => (text.length > 46 ? `${text.slice(0, 45)}…` : text);
