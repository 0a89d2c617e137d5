import type { Failure } from '../../src/kernel/result.ts';
import type { Diagnosis } from '../../src/diagnosis/contract.ts';
import type { Answer } from '../history/bundle.ts';
import { claimedCauses } from './causes.ts';
import type { Canonical } from './names.ts';

/** A cause in one breath: `tikv-2 process-crash`, `pd-1 network-partition (full)`. */
export function causeWords(cause: { readonly component: string; readonly kind: string; readonly scope?: string | undefined; readonly resource?: string | undefined }): string {
  const detail = cause.scope ?? cause.resource;
  return oneLine(`${cause.component} ${cause.kind}${detail === undefined ? '' : ` (${detail})`}`);
}

/** `a`, `a and b`, `a, b and c`; more than four are counted. */
export function listed(items: readonly string[]): string {
  if (items.length > 4) return `${items.slice(0, 3).join(', ')} and ${items.length - 3} more`;
  return items.length < 2 ? (items[0] ?? 'nothing') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** What the diagnosis comes down to, in the words in which the truth is put, so that the two compare at a glance. */
export function saidWords(diagnosis: Diagnosis, canonical: Canonical): string {
  const causes = claimedCauses(diagnosis).map((cause) => causeWords({ ...cause, component: canonical(cause.component) }));
  return verdictWords(diagnosis.verdict, causes);
}

/** The truth in one line. */
export function expectedWords(answer: Answer): string {
  return verdictWords(answer.verdict, answer.causes.map(causeWords));
}

/** The failure of an agent in one line. */
export function failureWords(failure: Failure): string {
  return oneLine(`${failure.because} (${failure.code})`);
}

/** Text of others on one line, cut to a length that a terminal can show. */
export function oneLine(text: string, lengthMax = 160): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax - 1)}…`;
}

function verdictWords(verdict: Diagnosis['verdict'], causes: readonly string[]): string {
  if (verdict === 'fault') return causes.length === 0 ? 'a fault without a named cause' : listed(causes);
  const words = verdict === 'healthy' ? 'healthy' : 'not enough evidence to say';
  return causes.length === 0 ? words : `${words} (${listed(causes)})`;
}
