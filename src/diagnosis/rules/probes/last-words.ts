import type { ComponentRef } from '../../../subjects/contract.ts';
import type { Finding, Findings } from '../finding.ts';
import type { Investigation, Row } from '../investigation.ts';
import type { Sign } from '../signs.ts';

/** What a node says of itself and of nobody else. */
const ownWords: ReadonlySet<Sign> = new Set<Sign>([
  'graceful-stop-logged', 'leaders-evicted-first', 'handed-leadership-over', 'resigned', 'fatal-memory', 'fatal-no-space', 'fatal-other', 'fatal-data-lost', 'stepped-down', 'lost-every-peer',
  'cut-from-control-plane', 'clock-offset-repeats', 'late-heartbeats', 'writer-stuck-again', 'corruption-logged', 'identity-refused', 'config-refused',
]);

/** A log that nobody can read holds no word, and that is no sign that there was none. */
export const isOfUnreadLog = (findings: Findings) => ({ sign, component, present, citation }: Finding): boolean =>
  !present && ownWords.has(sign) && citation.path === '/matched' && findings.has('log-unread', component);

/** So few votes more than in quiet time are no sign that somebody's leaders went elsewhere. */
const fewVotes = 5;

/**
 * Whether what a process wrote at its end can be read at all. One that ended without a word looks like one whose words nobody kept:
 * a planned stop, a full disk and a memory limit all say so in the log and nowhere else.
 */
export async function noteUnreadLog(investigation: Investigation, component: ComponentRef, { mayBeEmpty = false } = {}): Promise<void> {
  const observation = await investigation.ask('search_logs', { node: component, limit: 0 });
  const matched = observation.ok ? (observation.answer as { matched?: number }).matched : undefined;
  const unread = matched === undefined || (matched === 0 && !mayBeEmpty);
  const citation = { observation: observation.id, ...(matched === undefined ? { path: '/error/code', asserts: { op: 'exists' as const } } : { path: '/matched', asserts: { op: 'eq' as const, value: matched } }) };
  const claim = matched === undefined ? `the log of ${component} cannot be read` : `${matched} lines of the log of ${component} can be read`;
  investigation.note({ sign: 'log-unread', component, present: unread, claim, citation });
  if (unread) investigation.note({ sign: 'end-unexplained', component, present: true, claim, citation });
}

/** For stores that are gone or came back: can their end be read, and how did others come to lead what they led? */
export async function probeLastWords(investigation: Investigation): Promise<void> {
  const { findings } = investigation;
  const ended = (id: ComponentRef): boolean => (['scrape-refused', 'restarted'] as const).some((sign) => findings.has(sign, id));
  const stores = investigation.nodes('tikv').map(({ id }) => id).filter(ended);
  for (const store of stores) await noteUnreadLog(investigation, store);
  const leaders = investigation.nodes('pd').map(({ id }) => id).filter((id) => findings.has('led-the-control-plane', id) && (ended(id) || findings.has('lost-leadership', id)));
  // A member of the control plane may have had nothing to write for hours.
  for (const leader of leaders) await noteUnreadLog(investigation, leader, { mayBeEmpty: true });
  if (stores.length > 0) await noteSuccession(investigation, stores);
}

/** A leader that is handed over is voted for at once; where its loss has to be noticed, candidates ask first whether they would win (pre-vote). */
async function noteSuccession(investigation: Investigation, gone: readonly ComponentRef[]): Promise<void> {
  const sent = (type: string): Promise<readonly Row[]> => investigation.compare(`sum by (instance) (tikv_raftstore_raft_sent_message_total{type="${type}"})`);
  const [preVotes, votes] = [survivorsOf(await sent('prevote'), gone), survivorsOf(await sent('vote'), gone)];
  const asked = preVotes.find((row) => moreOf(row) > 0);
  const voted = votes.find((row) => moreOf(row) >= fewVotes);
  // A counter that never moved may be one that this cluster does not keep.
  const counted = preVotes.some(({ now }) => (now ?? 0) > 0);
  for (const component of gone) {
    if (asked) {
      investigation.note({ sign: 'others-elected', component, present: true, claim: `${asked.node} asked ${moreOf(asked)} times whether it would be elected`, citation: asked.at('now', { op: 'gt', value: asked.quiet?.max ?? 0 }) });
      investigation.findings.keep(({ sign, component: about }) => sign !== 'end-unexplained' || about !== component);
    } else if (voted && counted && investigation.findings.has('end-unexplained', component)) {
      // Where its log was read, that log says whether it was asked to stop.
      investigation.note({ sign: 'leaders-handed-over', component, present: true, claim: `${voted.node} asked for ${moreOf(voted)} votes, and nobody had to ask first whether it would be elected: leaders were handed over`, citation: voted.at('now', { op: 'gt', value: voted.quiet?.max ?? 0 }), ...(voted.leftBandAtMs !== null && { sinceMs: voted.leftBandAtMs }) });
    }
  }
}

const survivorsOf = (rows: readonly Row[], gone: readonly ComponentRef[]): readonly Row[] => rows.filter(({ node, now, quiet }) => !gone.includes(node) && now !== null && quiet !== null);
const moreOf = ({ now, quiet }: Row): number => (now ?? 0) - (quiet?.max ?? 0);
