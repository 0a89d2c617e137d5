import type { Bundle } from '../../history/bundle.ts';
import type { HistoryEvent } from '../../history/events.ts';
import type { Frame } from '../chart/frame.ts';
import { drawTimeline, stoodStill } from '../chart/timeline.ts';
import { counted, signedSpan, virtualTime } from '../format.ts';
import type { Moments } from '../moments.ts';
import { sentenceOf, voiceOf } from './events.ts';

/** A story has at most so many rows; the log has the rest. */
const storyRows = 12;

/** How much an event matters to the story; 0 is for the log only. */
const weights: Record<HistoryEvent['kind'], number> = {
  'fault-injected': 9, 'diagnosis-submitted': 9, 'diagnosis-failed': 9, trouble: 8, 'fault-witnessed': 7, 'fault-reverted': 7, converged: 7, 'fault-changed': 1,
  'ticket-opened': 6, unobservable: 6, symptom: 5, 'run-ended': 4, 'diagnosis-started': 3, 'ticket-resolved': 2, 'incident-opened': 0, 'run-started': 0, phase: 0, 'tool-called': 0,
};

/** The drawing, the story in at most twelve rows, and every event. */
export function timelineView(bundle: Bundle, moments: Moments, frame: Frame) {
  const row = (event: HistoryEvent) => ({
    at: `v ${virtualTime(event.atMs - moments.startMs)}`,
    since: moments.faultFromMs === undefined ? '' : signedSpan(event.atMs - moments.faultFromMs),
    voice: voiceOf(event),
    text: sentenceOf(event),
  });
  // Some things are known only later than they happened; a story is told in order of happening.
  const history = bundle.history.toSorted(byTime);
  return {
    ...drawTimeline(bundle, moments, frame),
    told: told(moments),
    columns: halves(storyOf(history).map(row)),
    all: history.map(row),
    count: counted(bundle.history.length, 'event'),
  };
}

/** The weightiest events, back in their order; of equals the earlier ones. */
function storyOf(history: readonly HistoryEvent[]): HistoryEvent[] {
  const chosen = history
    .filter((event) => weights[event.kind] > 0)
    .toSorted((a, b) => weights[b.kind] - weights[a.kind] || a.seq - b.seq)
    .slice(0, storyRows);
  return chosen.toSorted(byTime);
}

const byTime = (a: HistoryEvent, b: HistoryEvent): number => a.atMs - b.atMs || a.seq - b.seq;

/** Two columns where there is room: the first half reads down, then the second. */
function halves<T>(rows: readonly T[]): T[][] {
  const middle = Math.ceil(rows.length / 2);
  return [rows.slice(0, middle), rows.slice(middle)].filter((half) => half.length > 0);
}

function told(moments: Moments): string {
  const at = (ms: number) => `v ${virtualTime(ms - moments.startMs)}`;
  const fault = moments.faults[0];
  if (!fault) return moments.detectedMs === undefined ? 'No fault was injected and no ticket opened.' : `No fault was injected; the first ticket opened at ${at(moments.detectedMs)}.`;
  const detected = moments.detectedMs === undefined ? 'no ticket opened' : `detected ${signedSpan(moments.detectedMs - fault.fromMs)}`;
  const diagnosed = moments.diagnosisToMs === undefined ? 'no answer was given' : `${moments.gaveUp ? 'the diagnostician gave no answer' : 'answered'} ${signedSpan(moments.diagnosisToMs - fault.fromMs)}`;
  const still = stoodStill(moments) ? ' The cluster\'s clock stood still while the diagnostician thought.' : '';
  return `${fault.fault} struck ${fault.struck.join(', ')} at ${at(fault.fromMs)}; ${detected}, ${diagnosed}.${still}`;
}
