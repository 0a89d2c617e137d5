import type { Diagnosis } from '../../../src/diagnosis/contract.ts';
import type { Opened } from '../../clusters/recorded/open-anything.ts';
import type { Explained } from '../../lab/diagnose-recording.ts';
import { saidOf } from '../../lab/diagnosed-bundle.ts';
import { plainDeep } from '../../reporting/plain.ts';

/** What stands around a printed diagnosis. */
export interface Around {
  readonly explained: Pick<Explained, 'assignment'>;
  readonly opened: Pick<Opened, 'span'>;
  /** Path of the page, where one was written. */
  readonly page?: string;
}

/** A diagnosis for people at a terminal: what, why, what shows it, what else it could have been, what to do. */
export function diagnosisText(raw: Diagnosis, { explained, opened, page }: Around): string {
  const diagnosis = plainDeep(raw);
  const { assignment } = explained;
  const after = Math.round((assignment.nowMs - opened.span.startMs) / 1000);
  const tickets = plainDeep(assignment.incident.tickets.map(({ key }) => key)).join(', ');
  const lines = [
    `${saidOf(diagnosis)}   confidence ${diagnosis.confidence}`,
    `  at        ${new Date(assignment.nowMs).toISOString()}, ${after} s into the recording${tickets === '' ? ', a routine check: no ticket' : `, for ${tickets}`}`,
    '', diagnosis.summary,
    ...block('causes', diagnosis.rootCauses.map((cause) => `${cause.component} ${cause.kind}${cause.scope ? ` (${cause.scope})` : ''} since ${new Date(cause.onset).toISOString()}: ${cause.mechanism}`)),
    ...block('impact', diagnosis.impact.map(({ component, effect }) => `${component}: ${effect}`)),
    ...block('evidence', diagnosis.evidence.map(({ id, claim, observation, path = '' }) => `${id.padEnd(4)}${claim}  [${observation}${path}]`)),
    ...block('considered', diagnosis.hypotheses.map(({ cause, verdict, because, evidence }) => `${verdict.padEnd(9)}${cause.component} ${cause.kind}: ${because}${evidence.length > 0 ? ` (${evidence.join(', ')})` : ''}`)),
    ...block('options', diagnosis.options.map(({ action, benefits, risks }, index) => `${index === diagnosis.recommendation?.option ? '*' : '-'} ${[action.name, action.target].filter(Boolean).join(' ')}: ${benefits}; risk: ${risks}`)),
    ...(diagnosis.recommendation ? ['', `Do the marked one. ${diagnosis.recommendation.rationale} It worked when ${diagnosis.recommendation.verifyBy}.`] : []),
    ...(page === undefined ? [] : ['', `page  ${page}`]),
  ];
  return `${lines.join('\n')}\n`;
}

const block = (title: string, rows: readonly string[]): string[] => (rows.length === 0 ? [] : ['', title, ...rows.map((row) => `  ${row}`)]);
