import { canonicalJson } from '../../../src/kernel/json.ts';
import { assertNever } from '../../../src/kernel/assert.ts';
import type { HistoryEvent } from '../../history/events.ts';
import { counted } from '../format.ts';
import { oneLine } from '../plain.ts';

/** One event in one sentence. */
export function sentenceOf(event: HistoryEvent): string {
  switch (event.kind) {
    case 'run-started': return `${event.scenario}, seed ${event.seed}, on ${event.cluster}, diagnosed by ${event.diagnostician}`;
    case 'phase': return event.detail ? `${event.phase}: ${event.detail}` : event.phase;
    case 'fault-injected': return event.fault === 'recorded' ? `${event.paint.label} begins on ${event.struck.join(', ')}` : `${event.fault} injected into ${event.struck.join(', ')}`;
    case 'fault-witnessed': return event.bites ? `witnessed: ${event.measured}` : `not witnessed: ${event.measured}`;
    case 'fault-changed': return `${event.alias}: ${event.what}`;
    case 'fault-reverted': return `fault reverted on ${event.struck.join(', ')}`;
    case 'unobservable': return `nobody could have told: ${event.detail}`;
    case 'symptom': return event.rose ? `symptom: ${event.detail}` : `symptom gone: ${event.detail}`;
    case 'ticket-opened': return `ticket ${event.ticket.id} ${event.ticket.key}: ${detailOf(event.ticket)}`;
    case 'ticket-resolved': return `ticket ${event.ticket.id} ${event.ticket.key} resolved`;
    case 'incident-opened': return `incident ${event.incident} with ${counted(event.tickets.length, 'ticket')}`;
    case 'diagnosis-started': return `${event.diagnostician} takes incident ${event.incident}`;
    case 'tool-called': return `${event.observation} ${event.tool} ${oneLine(canonicalJson(event.args) ?? '', 100)}${event.ok ? '' : ' (refused)'}`;
    case 'diagnosis-submitted': return `diagnosis: ${rootCauses(event)}`;
    case 'diagnosis-failed': return `no diagnosis: ${event.failure.code}, ${event.failure.because}`;
    case 'converged': return event.converged ? `recovered: ${event.detail}` : `not recovered: ${event.detail}`;
    case 'trouble': return `trouble: ${event.failure.code}, ${event.failure.because}`;
    case 'run-ended': return `ended ${event.state}: ${event.because}`;
    default: return assertNever(event);
  }
}

function rootCauses({ diagnosis }: Extract<HistoryEvent, { kind: 'diagnosis-submitted' }>): string {
  const causes = diagnosis.rootCauses.map((cause) => `${cause.component} ${cause.kind}`).join(' and ');
  return causes || diagnosis.verdict;
}

/** The key has said already which component it is. */
const detailOf = ({ component, detail }: { component: string; detail: string }): string => (detail.startsWith(`${component}: `) ? detail.slice(component.length + 2) : detail);

/** Who speaks in an event: the ground truth, what was observed, or the diagnostician's claim. */
export function voiceOf(event: HistoryEvent): 'truth' | 'observed' | 'claim' | 'lab' {
  if (event.kind.startsWith('fault-')) return 'truth';
  if (event.kind === 'tool-called' || event.kind.startsWith('diagnosis-')) return 'claim';
  return event.kind === 'phase' || event.kind.startsWith('run-') ? 'lab' : 'observed';
}
