import { checkTimeline, injectionsOf } from './check-timeline.ts';
import { checkTruth } from './check-truth.ts';
import { type Draft, draftClusters, finding, nodesOfRoles } from './draft.ts';
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

function checkSettings(clusters: ReturnType<typeof draftClusters>, { twinSettings: known }: Knowledge): Finding[] {
  const set = clusters.filter(({ cluster }) => cluster.kind === 'twin').flatMap(({ cluster: { settings = {} }, path }) => Object.entries(settings).map(([name, value]) => ({ name, value, path: [...path, 'settings', name] })));
  return set.flatMap(({ name, value, path }) => {
    const refusal = known?.refusal(name, value);
    if (known === undefined || refusal === undefined) return [];
    return known.names.includes(name) ? [finding(path, `"${name}" ${refusal}`)] : [finding(path, `the twin's stores have no setting "${name}"`, { spot: 'key', ...suggestWord(name, known.names) })];
  });
}

function checkCluster(draft: Draft, knowledge: Knowledge): Finding[] {
  const clusters = draftClusters(draft);
  const started = clusters.some(({ cluster }) => cluster.kind !== undefined && cluster.kind !== 'recorded');
  const recorded = clusters.filter(({ cluster }) => cluster.kind === 'recorded');
  // Asked for only here: the lab reads its recordings when somebody wants one.
  const recordings = recorded.length > 0 ? knowledge.recordings : undefined;
  const unknown = recorded.flatMap(({ cluster: { recording }, path }) =>
    recording === undefined || recordings === undefined || recordings.has(recording) ? [] : [finding([...path, 'recording'], `there is no recording "${recording}"`, suggestWord(recording, [...recordings.keys()]))]);
  return [...unknown, ...checkClients(draft, clusters), ...checkSettings(clusters, knowledge), ...checkKinds(clusters), ...(started ? checkStarted(draft, recorded) : recorded.length > 0 ? checkRecordedOnly(draft) : [])];
}

/** Clients that send transactions are the twin's alone, and there those that send nothing else need no others beside them. */
function checkClients({ load }: Draft, clusters: ReturnType<typeof draftClusters>): Finding[] {
  const plain = clusters.find(({ cluster: { kind } }) => kind === 'process' || kind === 'compose');
  const words = [...(load?.api === 'txn' ? ['api'] : []), ...(load?.transactions === undefined ? [] : ['transactions'])];
  if (plain) return words.map((word) => finding(['load', word], `the lab's clients of a ${plain.cluster.kind} cluster send raw commands only`, { suggestion: 'remove it, or run it on the twin' }));
  return words.length === 2 ? [finding(['load', 'transactions'], 'with "api: txn" all requests are transactions', { suggestion: 'remove one of the two' })] : [];
}

function checkKinds(clusters: ReturnType<typeof draftClusters>): Finding[] {
  const seen = new Set<string>();
  return clusters.flatMap(({ cluster: { kind }, path }) => {
    if (kind === undefined || !seen.has(kind)) return seen.add(kind ?? ''), [];
    return [finding([...path, 'kind'], `${kind} is listed twice`, { suggestion: 'list each kind once, best first' })];
  });
}

// Whoever starts a cluster needs acts; a recording that stands in for it has nodes where the acts have aliases.
function checkStarted(draft: Draft, recorded: ReturnType<typeof draftClusters>): Finding[] {
  if (!Object.hasOwn(draft, 'timeline')) return [finding(['cluster'], 'this scenario has no timeline, and only a recording brings its own', { spot: 'key', suggestion: 'add "timeline:"' })];
  const drawn = injectionsOf(draft).map((injection) => injection.alias);
  return recorded.flatMap(({ cluster: { struck = {} }, path }) => [
    ...Object.keys(struck).filter((alias) => !drawn.includes(alias)).map((alias) => finding([...path, 'struck', alias], `nothing is injected as "${alias}"`, suggestWord(alias, drawn))),
    ...drawn.filter((alias) => isNamedInTruth(draft, alias) && !Object.hasOwn(struck, alias)).map((alias) => finding([...path], `the truth names "${alias}", and the recording does not say which node that is`, { suggestion: `add "struck: { ${alias}: NODE }"` })),
  ]);
}

const isNamedInTruth = ({ truth }: Draft, alias: string): boolean => (truth?.causes ?? []).some((cause) => cause?.component === alias);

function checkRecordedOnly(draft: Draft): Finding[] {
  const found: Finding[] = [];
  if (draft.timeline !== undefined) found.push(finding(['timeline'], 'a recording tells its own story: it takes no timeline', { spot: 'key', suggestion: 'remove it' }));
  if (draft.load !== undefined) found.push(finding(['load'], 'a recording brings its own load: this one is ignored', { spot: 'key', severity: 'warn', suggestion: 'remove it' }));
  return found;
}

/** The nodes that are certainly there: those of the best kind. */
function nodesOf(draft: Draft, knowledge: Knowledge): readonly KnownNode[] | undefined {
  const cluster = draftClusters(draft)[0]?.cluster;
  const names = knowledge.subjects?.find((subject) => subject.name === draft.subject)?.nodeNames;
  if (cluster?.kind === 'twin') return nodesOfRoles({ pd: cluster.pd ?? 3, tikv: (cluster.tikv ?? 3) + (cluster.spares ?? 0) });
  if (cluster?.nodes !== undefined) return nodesOfRoles(cluster.nodes, names);
  const recorded = cluster?.kind === 'recorded' ? knowledge.recordings?.get(cluster.recording ?? '') : undefined;
  return recorded !== undefined && recorded.length > 0 ? recorded : undefined;
}
