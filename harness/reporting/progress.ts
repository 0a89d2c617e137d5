import type { HistoryEvent } from '../history/events.ts';
import { counted, signedSpan, virtualTime } from './format.ts';
import { oneLine } from './plain.ts';

/** Turns events into lines for a person who waits: one line for each thing that changes, nothing is redrawn. */
export interface Progress {
  /** The lines that this event adds, without line ends; most events add none. */
  readonly lines: (event: HistoryEvent) => string[];
}

type Glyph = 'done' | 'found' | 'bad';
const glyphs: Record<Glyph, readonly [string, string]> = { done: ['✔', '+'], found: ['●', '*'], bad: ['✘', 'x'] };

interface Line {
  readonly glyph: Glyph;
  readonly word: string;
  readonly text: string;
  /** Measured from the fault where there was one. */
  readonly since?: boolean;
}

/** Follows one run; `unicode` picks the signs. */
export function progressLines(looks: { readonly unicode: boolean }): Progress {
  let startMs: number | undefined;
  let faultMs: number | undefined;
  let toolCalls = 0;
  const render = (event: HistoryEvent, { glyph, word, text, since }: Line): string => {
    const sign = glyphs[glyph][looks.unicode ? 0 : 1];
    const told = oneLine(text, 42).padEnd(42);
    const lag = since && faultMs !== undefined ? `  fault ${signedSpan(event.atMs - faultMs)}` : '';
    return ` ${sign} ${word.padEnd(10)} ${looks.unicode ? told : told.replace(/[^\x20-\x7e]/g, '~')}  v ${virtualTime(event.atMs - (startMs ?? event.atMs)).padStart(5)}${lag}`;
  };
  return {
    lines: (event) => {
      startMs ??= event.atMs;
      if (event.kind === 'fault-injected') faultMs ??= event.atMs;
      if (event.kind === 'tool-called') toolCalls += 1;
      const line = lineOf(event, toolCalls);
      return line ? [render(event, line)] : [];
    },
  };
}

/** What is worth a line, in a word and a few more. */
function lineOf(event: HistoryEvent, toolCalls: number): Line | undefined {
  switch (event.kind) {
    case 'phase': return event.phase === 'boot' || event.phase === 'steady' || event.phase === 'hold' ? { glyph: 'done', word: event.phase, text: event.detail } : undefined;
    case 'fault-injected': return { glyph: 'done', word: 'inject', text: `${event.fault} ${event.struck.join(', ')}` };
    case 'fault-witnessed': return { glyph: event.bites ? 'done' : 'bad', word: 'witness', text: event.measured };
    case 'ticket-opened': return { glyph: 'found', word: 'detect', text: `${event.ticket.id} ${event.ticket.key}`, since: true };
    case 'diagnosis-started': return { glyph: 'done', word: 'diagnose', text: `${event.diagnostician}, ${counted(event.tickets.length, 'ticket')}`, since: true };
    case 'diagnosis-submitted': return { glyph: 'done', word: 'answer', text: `${causesOf(event.diagnosis)} (${counted(toolCalls, 'tool call')})`, since: true };
    case 'diagnosis-failed': return { glyph: 'bad', word: 'answer', text: `${event.failure.code}: ${event.failure.because}` };
    case 'fault-reverted': return { glyph: 'done', word: 'revert', text: event.struck.join(', ') };
    case 'converged': return { glyph: event.converged ? 'done' : 'bad', word: 'recover', text: event.detail };
    case 'trouble': return { glyph: 'bad', word: 'trouble', text: `${event.failure.code}: ${event.failure.because}` };
    default: return undefined;
  }
}

function causesOf({ rootCauses, verdict }: Extract<HistoryEvent, { kind: 'diagnosis-submitted' }>['diagnosis']): string {
  return rootCauses.map((cause) => `${cause.component} ${cause.kind}`).join(' and ') || verdict;
}
