import { parseSpan } from '../../src/kernel/units.ts';
import { injectionsOf, nearOnly } from './check-timeline.ts';
import { finding, spellNodes, type Draft, type DraftCause } from './draft.ts';
import type { Knowledge, KnownNode } from './knowledge.ts';
import type { Finding } from './problem.ts';
import { suggestWord } from './zod-findings.ts';

/** Verdict, causes, components, look-alikes and actions of the truth, and what should notice. */
export function checkTruth(draft: Draft, knowledge: Knowledge, nodes: readonly KnownNode[] | undefined): Finding[] {
  return [
    ...checkVerdict(draft),
    ...checkCauses(draft),
    ...checkComponents(draft, nodes),
    ...checkLookalikes(draft),
    ...checkActions(draft, knowledge),
    ...checkDetect(draft, knowledge),
  ];
}

// Absent or empty. What the schema refused is there as `undefined`, and was reported already.
function isMissing<T extends object>(parent: T | undefined, key: keyof T): boolean {
  if (parent === undefined) return false;
  const value = parent[key];
  return !Object.hasOwn(parent, key) || (Array.isArray(value) && value.length === 0);
}

const harmlessKinds = ['planned-stop', 'none'];

function checkVerdict(draft: Draft): Finding[] {
  const { verdict, causes } = draft.truth ?? {};
  const at = ['truth', 'verdict'];
  const injects = draft.timeline?.some((step) => step === undefined || step.inject !== undefined) ?? true;
  if (verdict === 'fault' && isMissing(draft.truth, 'causes')) return [finding(at, 'the verdict is fault, and no cause is given', { suggestion: 'add truth.causes' })];
  if (verdict === 'fault' && !injects) return [finding(at, 'the verdict is fault, and the timeline breaks nothing', { suggestion: 'add an inject step, or say healthy' })];
  if (verdict !== 'healthy') return [];
  return (causes ?? []).flatMap((cause, i) =>
    cause?.kind === undefined || harmlessKinds.includes(cause.kind)
      ? []
      : [finding(['truth', 'causes', i, 'kind'], `the verdict is healthy, and ${cause.kind} is a fault`, { suggestion: `only ${harmlessKinds.join(' and ')} fit` })],
  );
}

function checkCauses(draft: Draft): Finding[] {
  const one = (cause: DraftCause | undefined, path: readonly PropertyKey[]): Finding[] => {
    if (cause?.scope !== undefined && cause.kind !== undefined && cause.kind !== 'network-partition')
      return [finding([...path, 'scope'], `scope is for network-partition, not for ${cause.kind}`, { spot: 'key' })];
    if (cause?.resource !== undefined && cause.kind !== undefined && cause.kind !== 'quota-exhausted')
      return [finding([...path, 'resource'], `resource is for quota-exhausted, not for ${cause.kind}`, { spot: 'key' })];
    return [];
  };
  return (draft.truth?.causes ?? []).flatMap((cause, i) => {
    const path = ['truth', 'causes', i];
    return [...one(cause, path), ...(cause?.accept ?? []).flatMap((other, j) => one(other, [...path, 'accept', j]))];
  });
}

function checkComponents(draft: Draft, nodes: readonly KnownNode[] | undefined): Finding[] {
  if (nodes === undefined) return [];
  const aliases = injectionsOf(draft).map((injection) => injection.alias);
  const names = [...new Set([...nodes.map((node) => node.id), ...nodes.map((node) => node.role), ...aliases, 'clients', 'cluster'])];
  return componentsOf(draft).flatMap(({ component, path }) => {
    if (component === undefined || names.includes(component) || /^region-\d+$/.test(component)) return [];
    const called = aliases.length === 0 ? '' : `, and ${aliases.join(', ')} by alias`;
    return [finding(path, `${path[0] === 'detect' ? 'detect.' : ''}component "${component}" does not exist; this topology has ${spellNodes(nodes)}${called}`, nearOnly(component, names))];
  });
}

function componentsOf(draft: Draft): { component: string | undefined; path: readonly PropertyKey[] }[] {
  const { causes = [], impact = [], lookalikes = [] } = draft.truth ?? {};
  return [
    ...causes.flatMap((cause, i) => [
      { component: cause?.component, path: ['truth', 'causes', i, 'component'] },
      ...(cause?.accept ?? []).map((other, j) => ({ component: other?.component, path: ['truth', 'causes', i, 'accept', j, 'component'] })),
    ]),
    ...impact.map((effect, i) => ({ component: effect?.component, path: ['truth', 'impact', i, 'component'] })),
    ...lookalikes.map((other, i) => ({ component: other?.component, path: ['truth', 'lookalikes', i, 'component'] })),
    { component: draft.detect?.component, path: ['detect', 'component'] },
  ];
}

function checkLookalikes(draft: Draft): Finding[] {
  const { verdict, causes = [], lookalikes = [] } = draft.truth ?? {};
  const right = new Set(causes.flatMap((cause) => [cause, ...(cause?.accept ?? [])]).map((cause) => `${cause?.component} ${cause?.kind}`));
  const found = lookalikes.flatMap((other, i) =>
    other?.component !== undefined && other.kind !== undefined && right.has(`${other.component} ${other.kind}`)
      ? [finding(['truth', 'lookalikes', i], `${other.component} ${other.kind} is a right answer, so it cannot be a look-alike`)]
      : [],
  );
  if (verdict === 'fault' && isMissing(draft.truth, 'lookalikes'))
    found.push(finding(['truth'], 'no look-alikes are given, so nothing shows that an answer ruled them out', { severity: 'warn', spot: 'key', suggestion: 'add truth.lookalikes' }));
  return found;
}

function checkActions(draft: Draft, knowledge: Knowledge): Finding[] {
  const actions = draft.truth?.actions ?? {};
  const known = knowledge.subjects?.find((subject) => subject.name === draft.subject)?.actions.map((action) => action.name);
  const ranks = (['recommended', 'acceptable', 'harmful'] as const).flatMap((rank) =>
    (actions[rank] ?? []).flatMap((action, i) => (action === undefined ? [] : [{ rank, action, path: ['truth', 'actions', rank, i] }])),
  );
  const found = ranks.flatMap(({ action, path }, index): Finding[] => {
    if (known !== undefined && !known.includes(action)) return [finding(path, `unknown action "${action}"`, suggestWord(action, known))];
    const earlier = ranks.slice(0, index).find((one) => one.action === action);
    return earlier === undefined ? [] : [finding(path, `"${action}" is listed as ${earlier.rank} already`)];
  });
  if (draft.truth?.verdict === 'fault' && isMissing(actions, 'recommended'))
    found.push(finding(['truth'], 'no action is recommended, so no recommendation can earn full points', { severity: 'warn', spot: 'key', suggestion: 'add truth.actions.recommended' }));
  return found;
}

function checkDetect(draft: Draft, knowledge: Knowledge): Finding[] {
  const { detect } = draft;
  if (detect === undefined) return [];
  const known = knowledge.subjects?.find((subject) => subject.name === draft.subject)?.invariants.map((invariant) => invariant.name);
  const found: Finding[] = [];
  if (detect.invariant !== undefined && known !== undefined && !known.includes(detect.invariant))
    found.push(finding(['detect', 'invariant'], `unknown invariant "${detect.invariant}"`, suggestWord(detect.invariant, known)));
  if (draft.timeline === undefined) return found;
  const first = draft.timeline.findIndex((step) => step?.inject !== undefined);
  if (first < 0 && draft.timeline.every((step) => step !== undefined))
    return [...found, finding(['detect'], 'nothing is injected, so nothing can be detected', { spot: 'key' })];
  const leftMs = spanAfter(draft, first);
  const withinMs = parseSpan(detect.within ?? '');
  if (withinMs !== undefined && leftMs !== undefined && withinMs > leftMs)
    found.push(finding(['detect', 'within'], 'the timeline ends before this time has passed', { severity: 'warn' }));
  return found;
}

function spanAfter(draft: Draft, from: number): number | undefined {
  const spans = (draft.timeline ?? []).slice(from).map((step) => step && parseSpan(step.hold ?? step.recover ?? (step.inject || step.revert ? '0s' : 'lost')));
  return spans.every((span) => span !== undefined) ? spans.reduce((sum, span) => sum + span, 0) : undefined;
}
