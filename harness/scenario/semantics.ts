import { checkTimeline } from './check-timeline.ts';
import { checkTruth } from './check-truth.ts';
import { finding, nodesOfSizes, type Draft } from './draft.ts';
import type { Knowledge, KnownNode } from './knowledge.ts';
import type { Finding } from './problem.ts';
import { suggestWord } from './zod-findings.ts';

/** Everything that a schema cannot see: names that must exist, steps that must fit together, a truth that can be true. */
export function checkMeaning(draft: Draft, around: { readonly baseName?: string; readonly knowledge: Knowledge }): Finding[] {
  const { knowledge } = around;
  const nodes = nodesOf(draft, knowledge);
  return [...checkName(draft, around.baseName), ...checkSubject(draft, knowledge), ...checkCluster(draft, knowledge), ...checkTimeline(draft, knowledge, nodes), ...checkTruth(draft, knowledge, nodes)];
}

function checkName(draft: Draft, baseName: string | undefined): Finding[] {
  if (draft.scenario === undefined || baseName === undefined || draft.scenario === baseName) return [];
  return [finding(['scenario'], `the scenario is called "${draft.scenario}" and its file "${baseName}"`, { suggestion: `write "scenario: ${baseName}", or rename the file` })];
}

function checkSubject(draft: Draft, { subjects }: Knowledge): Finding[] {
  if (subjects === undefined || draft.subject === undefined) return [];
  const names = subjects.map((subject) => subject.name);
  return names.includes(draft.subject) ? [] : [finding(['subject'], `unknown subject "${draft.subject}"`, suggestWord(draft.subject, names))];
}

function checkCluster(draft: Draft, { recordings }: Knowledge): Finding[] {
  const { kind, recording } = draft.cluster ?? {};
  if (kind === undefined) return [];
  if (kind !== 'recorded')
    return Object.hasOwn(draft, 'timeline') ? [] : [finding(['cluster'], 'this scenario has no timeline, and only a recording brings its own', { spot: 'key', suggestion: 'add "timeline:"' })];
  const found: Finding[] = [];
  if (draft.timeline !== undefined) found.push(finding(['timeline'], 'a recording tells its own story: it takes no timeline', { spot: 'key', suggestion: 'remove it' }));
  if (draft.load !== undefined) found.push(finding(['load'], 'a recording brings its own load: this one is ignored', { spot: 'key', severity: 'warn', suggestion: 'remove it' }));
  if (recording !== undefined && recordings !== undefined && !recordings.has(recording))
    found.push(finding(['cluster', 'recording'], `there is no recording "${recording}"`, suggestWord(recording, [...recordings.keys()])));
  return found;
}

function nodesOf(draft: Draft, { recordings }: Knowledge): readonly KnownNode[] | undefined {
  const { cluster } = draft;
  if (cluster?.kind === 'twin') return nodesOfSizes(cluster);
  const recorded = cluster?.kind === 'recorded' ? recordings?.get(cluster.recording ?? '') : undefined;
  return recorded !== undefined && recorded.length > 0 ? recorded : undefined;
}
