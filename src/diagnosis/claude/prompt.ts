import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { failed, ok, type Result } from '../../kernel/result.ts';
import type { Assignment } from '../contract.ts';
import { quotation } from '../quote.ts';
import { causeKinds, partitionScopes, quotaResources, vocabularyVersion } from '../vocabulary.ts';

/** The standing instructions, and the version that tells them from any others. */
export interface Prompt {
  /** The method, then the closed vocabulary. The same for every incident, so that it can be cached. */
  readonly system: string;
  /** The file's name with the head of its hash: a changed word changes the fingerprint. */
  readonly version: string;
}

const builtIn = 'diagnose.v2.md';

/** The built-in prompt, or a file of the user's own in its place; the vocabulary is added to either. */
export function readPrompt(file?: string): Result<Prompt> {
  let method: string;
  try {
    method = readFileSync(file ?? new URL(`./${builtIn}`, import.meta.url), 'utf8');
  } catch (error) {
    return failed('AGENT_UNAVAILABLE', `the prompt ${file ?? builtIn} cannot be read: ${(error as Error).message}`, 'Name a file with prompt=.');
  }
  const system = `${method}\n${vocabulary}`;
  const name = file === undefined ? builtIn.replace('.md', '') : 'own';
  return ok({ system, version: `${name}-${createHash('sha256').update(system).digest('hex').slice(0, 8)}/vocabulary.${vocabularyVersion}` });
}

const vocabulary = [
  `Cause kinds (use these words exactly): ${causeKinds.join(', ')}.`,
  `Scopes of network-partition: ${partitionScopes.join(', ')}. Resources of quota-exhausted: ${quotaResources.join(', ')}.`,
  '',
].join('\n');

/** The incident as the first message; what comes from the cluster (names, tickets) is quoted as data. */
export function incidentPrompt(assignment: Assignment): string {
  return [
    `An incident is yours. Instants are milliseconds since the Unix epoch; it is now ${assignment.nowMs}.`,
    assignment.incident.tickets.length === 0 ? 'No ticket is open: this is a routine check.' : 'Its tickets are in the assignment below.',
    quotation('assignment', assignment),
  ].join('\n');
}
