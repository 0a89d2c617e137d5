import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Assignment } from '../contract.ts';
import { causeKinds, vocabularyVersion } from '../vocabulary.ts';

const method = readFileSync(new URL('./diagnose.v1.md', import.meta.url), 'utf8');

/** The standing instructions: the method, then the closed vocabulary. The same for every incident, so that it can be cached. */
export const systemPrompt: string = `${method}\nCause kinds (use these words exactly): ${causeKinds.join(', ')}.\n`;

/** Version of the prompt with the head of its hash: a changed word changes the fingerprint. */
export const promptVersion: string = `diagnose.v1-${createHash('sha256').update(systemPrompt).digest('hex').slice(0, 8)}/vocabulary.${vocabularyVersion}`;

/** The incident as the first message. */
export function incidentPrompt(assignment: Assignment): string {
  return [
    `An incident on a ${assignment.subject} cluster is yours. Instants are milliseconds since the Unix epoch; it is now ${assignment.nowMs}.`,
    assignment.incident.tickets.length === 0 ? 'No ticket is open: this is a routine check.' : 'Its tickets are in the assignment below.',
    '<assignment>',
    JSON.stringify(assignment, null, 1),
    '</assignment>',
  ].join('\n');
}
