import { parseSpan } from '../../src/kernel/units.ts';
import { finding, spellNodes, type Draft, type DraftStep } from './draft.ts';
import type { Knowledge, KnownFault, KnownNode } from './knowledge.ts';
import type { Finding } from './problem.ts';
import { findingsOf, suggestWord } from './zod-findings.ts';

/** What the steps before a step have done. */
export interface Injection {
  readonly alias: string;
  readonly step: number;
  readonly path: readonly PropertyKey[];
}

/** The injections of a timeline in order; without `as`, a fault's kind is its alias. */
export function injectionsOf(draft: Draft): readonly Injection[] {
  return (draft.timeline ?? []).flatMap((step, index) => {
    const alias = step?.inject?.as ?? step?.inject?.fault;
    return alias === undefined ? [] : [{ alias, step: index, path: ['timeline', index, 'inject', step?.inject?.as === undefined ? 'fault' : 'as'] }];
  });
}

/** Order, faults, targets and reverts of the timeline. */
export function checkTimeline(draft: Draft, knowledge: Knowledge, nodes: readonly KnownNode[] | undefined): Finding[] {
  const steps = draft.timeline;
  if (steps === undefined) return [];
  return [
    ...checkOrder(steps),
    ...steps.flatMap((step, index) => (step?.inject === undefined ? [] : checkInjection(step.inject, ['timeline', index, 'inject'], { draft, knowledge, nodes }))),
    ...checkReverts(draft, steps),
  ];
}

function checkOrder(steps: readonly (DraftStep | undefined)[]): Finding[] {
  const found: Finding[] = [];
  const first = steps[0];
  if (first !== undefined && isWhole(first) && first.steady === undefined)
    found.push(finding(['timeline', 0], 'the timeline must begin with ordinary operation', { suggestion: 'begin with "- steady: 3m"', spot: 'key' }));
  steps.forEach((step, index) => {
    if (index > 0 && step?.steady !== undefined) found.push(finding(['timeline', index, 'steady'], 'steady comes first, and once', { suggestion: 'later it is "hold" or "recover"', spot: 'key' }));
    const spanText = step?.steady ?? step?.hold ?? step?.recover;
    if (spanText !== undefined && parseSpan(spanText) === 0) found.push(finding(['timeline', index], 'this step takes no time', { severity: 'warn' }));
  });
  const lastRevert = steps.findLastIndex((step) => step?.revert !== undefined);
  if (lastRevert >= 0 && steps.every(isWhole) && !steps.slice(lastRevert).some((step) => step?.recover !== undefined))
    found.push(finding(['timeline', lastRevert, 'revert'], 'nothing shows that the cluster recovers', { severity: 'warn', suggestion: 'add "- recover: 2m" after the last revert' }));
  return found;
}

// A step that the schema refused has lost its content; what it meant is unknown.
function isWhole(step: DraftStep | undefined): boolean {
  return step !== undefined && Object.values(step).some((value) => value !== undefined);
}

interface Surroundings {
  readonly draft: Draft;
  readonly knowledge: Knowledge;
  readonly nodes: readonly KnownNode[] | undefined;
}

function checkInjection(inject: NonNullable<DraftStep['inject']>, path: readonly PropertyKey[], around: Surroundings): Finding[] {
  return [...checkFault(inject, path, around), ...checkTarget(inject, path, around), ...checkAlias(inject, path, around)];
}

function checkFault(inject: NonNullable<DraftStep['inject']>, path: readonly PropertyKey[], { knowledge }: Surroundings): Finding[] {
  if (inject.fault === undefined || knowledge.faults === undefined) return [];
  const known = knowledge.faults.find((fault) => fault.kind === inject.fault);
  if (known === undefined) return [finding([...path, 'fault'], `unknown fault "${inject.fault}"`, suggestWord(inject.fault, knowledge.faults.map((fault) => fault.kind)))];
  const params = inject.with ?? {};
  const parsed = known.params.safeParse(params);
  if (!parsed.success) return [...findingsOf(parsed.error.issues, { schema: known.params, data: params, base: [...path, 'with'] }).findings];
  return checkRhythm(inject, known, path);
}

/** What a fault grows to must be parameters of it, and it cannot both grow and come and go. */
function checkRhythm({ with: params = {}, flapping, ramp }: NonNullable<DraftStep['inject']>, known: Pick<KnownFault, 'params'>, path: readonly PropertyKey[]): Finding[] {
  if (flapping !== undefined && ramp !== undefined) return [finding([...path, 'flapping'], 'a fault either comes and goes or grows', { suggestion: 'keep one of "flapping" and "ramp"' })];
  const short = (['on', 'off'] as const).find((key) => flapping?.[key] !== undefined && parseSpan(flapping[key]) === 0);
  if (short !== undefined) return [finding([...path, 'flapping', short], 'this takes no time')];
  if (ramp?.to === undefined) return [];
  const data = { ...params, ...ramp.to };
  const parsed = known.params.safeParse(data);
  return parsed.success ? [] : [...findingsOf(parsed.error.issues, { schema: known.params, data, base: [...path, 'ramp', 'to'] }).findings];
}

function checkTarget(inject: NonNullable<DraftStep['inject']>, path: readonly PropertyKey[], { draft, knowledge, nodes }: Surroundings): Finding[] {
  if (inject.into === undefined || nodes === undefined) return [];
  const roles = [...new Set(nodes.map((node) => node.role))];
  if (typeof inject.into !== 'string') {
    const { role, not } = inject.into;
    const found: Finding[] = [];
    if (role !== undefined && !roles.includes(role)) found.push(finding([...path, 'into', 'role'], `no node has the role "${role}"`, suggestWord(role, roles)));
    const earlier = injectionsOf(draft).filter((other) => other.step < Number(path[1])).map((other) => other.alias);
    if (not !== undefined && !earlier.includes(not)) found.push(finding([...path, 'into', 'not'], `nothing before this step is called "${not}"`, suggestWord(not, earlier)));
    return found;
  }
  const groups = [...roles, 'clients'];
  const earlier = injectionsOf(draft).filter((other) => other.step < Number(path[1])).map((other) => other.alias);
  const names = [...nodes.map((node) => node.id), ...groups, ...earlier];
  if (!names.includes(inject.into)) return [finding([...path, 'into'], `nothing is called "${inject.into}" here; this topology has ${spellNodes(nodes)}`, nearOnly(inject.into, names))];
  const needs = knowledge.faults?.find((fault) => fault.kind === inject.fault)?.needs ?? [];
  if (groups.includes(inject.into) && needs.some((need) => need !== 'config' && need !== 'load'))
    return [finding([...path, 'into'], `${inject.fault} strikes one node, and "${inject.into}" is a group`, { suggestion: `write { role: ${inject.into} } to let the seed draw one` })];
  return [];
}

/** A suggestion only where one word is near. */
export function nearOnly(word: string, known: readonly string[]): { suggestion?: string } {
  const { suggestion } = suggestWord(word, known);
  return suggestion?.startsWith('did') ? { suggestion } : {};
}

function checkAlias(inject: NonNullable<DraftStep['inject']>, path: readonly PropertyKey[], { draft, nodes }: Surroundings): Finding[] {
  const alias = inject.as ?? inject.fault;
  if (alias === undefined) return [];
  const at = [...path, inject.as === undefined ? 'fault' : 'as'];
  const reserved = ['clients', 'cluster', ...(nodes ?? []).flatMap((node) => [node.id, node.role])];
  if (reserved.includes(alias)) return [finding(at, `"${alias}" already names a part of the cluster`, { suggestion: 'choose another word, such as victim' })];
  const taken = injectionsOf(draft).some((other) => other.alias === alias && other.step < Number(path[1]));
  return taken ? [finding(at, `"${alias}" is taken by an earlier injection`, { suggestion: 'give each injection its own "as"' })] : [];
}

function checkReverts(draft: Draft, steps: readonly (DraftStep | undefined)[]): Finding[] {
  const injections = injectionsOf(draft);
  const open = new Map<string, Injection>();
  const found: Finding[] = [];
  steps.forEach((step, index) => {
    for (const injection of injections) if (injection.step === index) open.set(injection.alias, injection);
    if (step?.revert === undefined || open.delete(step.revert)) return;
    const path = ['timeline', index, 'revert'];
    const known = injections.map((injection) => injection.alias);
    if (!known.includes(step.revert)) found.push(finding(path, `nothing was injected as "${step.revert}"`, suggestWord(step.revert, known)));
    else found.push(finding(path, `"${step.revert}" is not injected at this point`, { suggestion: 'each injection is reverted once, after it was injected' }));
  });
  if (!steps.every(isWhole) || found.length > 0) return found;
  return [...open.values()].map((left) =>
    finding(left.path, `"${left.alias}" is never reverted; every scenario ends healed`, { suggestion: `add "- revert: ${left.alias}"` }),
  );
}
