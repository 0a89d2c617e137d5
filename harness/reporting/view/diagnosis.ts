import { type Bundle, submittedDiagnosis } from '../../history/bundle.ts';
import { eventsOf } from '../../history/events.ts';
import { signedSpan, virtualTime } from '../format.ts';
import type { Moments } from '../moments.ts';
import { chipsOf } from './evidence.ts';

/** What the diagnostician says: summary, causes with mechanism and onset, impact, confidence; or why there is no answer. */
export function diagnosisView(bundle: Bundle, moments: Moments) {
  const diagnosis = submittedDiagnosis(bundle);
  const failure = eventsOf(bundle.history, 'diagnosis-failed').at(-1)?.failure;
  const chips = chipsOf(bundle, diagnosis?.evidence.map((each) => each.id) ?? []);
  if (!diagnosis) return { given: false, absence: absence(failure), verdict: '', summary: '', several: false, causes: [], impact: [], confidence: '', chips, doubt: '' };
  return {
    given: true, absence: '',
    verdict: diagnosis.verdict,
    summary: diagnosis.summary,
    several: diagnosis.rootCauses.length > 1,
    causes: diagnosis.rootCauses.map((cause) => ({
      component: cause.component, kind: cause.kind, detail: cause.scope ?? cause.resource ?? '', mechanism: cause.mechanism, onset: onset(cause.onset, moments),
    })),
    impact: diagnosis.impact,
    confidence: diagnosis.confidence.toFixed(2),
    chips,
    doubt: doubt(diagnosis.hypotheses.filter((each) => each.verdict === 'open').map((each) => `${each.cause.component} ${each.cause.kind}`)),
  };
}

function absence(failure: { code: string; because: string } | undefined): string {
  return failure ? `${failure.code}: ${failure.because}` : 'The run ended before a diagnosis was asked for.';
}

/** An onset far outside the run is shown as it was said: a page must not make a wrong number look right. */
function onset(atMs: number, moments: Moments): string {
  if (atMs < moments.startMs - 86_400_000 || atMs > moments.endMs + 86_400_000) return `${atMs} ms, outside this run`;
  const since = moments.faultFromMs === undefined ? '' : ` (${signedSpan(atMs - moments.faultFromMs)} from the fault)`;
  return `v ${virtualTime(atMs - moments.startMs)}${since}`;
}

function doubt(open: readonly string[]): string {
  return open.length === 0 ? 'The diagnosis names nothing that is still open.' : `Still open by its own account: ${open.join(', ')}.`;
}
