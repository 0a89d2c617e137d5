import type { Diagnosis } from '../../src/diagnosis/contract.ts';
import { type CauseKind, causeKinds } from '../../src/diagnosis/vocabulary.ts';
import type { Random } from '../../src/kernel/random.ts';
import { openCase } from './case.ts';
import { alternativesOf } from './causes.ts';
import { type Answerable, parrot } from './floors.ts';
import { irrelevantEvidence, withInvention } from './mutated-evidence.ts';
import { canonicalNames } from './names.ts';

/** A wrong diagnosis that was made from a right one, with the criteria of which one at least must object. */
export interface Mutant {
  readonly kind: string;
  readonly diagnosis: Diagnosis;
  readonly responsible: readonly string[];
}

/** What is spoiled: the run, a right diagnosis of it, and the draws. */
export interface Spoiled {
  readonly bundle: Answerable;
  readonly right: Diagnosis;
  readonly random: Random;
}

/** One way to spoil a right diagnosis; undefined where it does not apply to a run. */
interface Mutation {
  readonly kind: string;
  readonly responsible: readonly string[];
  readonly spoil: (spoiled: Spoiled) => Partial<Diagnosis> | undefined;
}

const mutations: readonly Mutation[] = [
  { kind: 'wrong component', responsible: ['component'], spoil: (all) => changedCauses(all, (cause) => ({ ...cause, component: wrongNode(all) })) },
  { kind: 'swapped cause', responsible: ['cause'], spoil: (all) => changedCauses(all, ({ component, mechanism, onset }) => ({ component, mechanism, onset, kind: wrongKind(all) })) },
  { kind: 'shifted time', responsible: ['onset'], spoil: (all) => changedCauses(all, (cause) => ({ ...cause, onset: anotherTime(all) })) },
  { kind: 'two answers at once', responsible: ['component', 'cause'], spoil: twoAnswers },
  { kind: 'invented number', responsible: ['grounding'], spoil: (all) => withInvention(all) },
  { kind: 'irrelevant evidence', responsible: ['grounding'], spoil: (all) => irrelevantEvidence(all) },
  { kind: 'no evidence', responsible: ['grounding'], spoil: ({ bundle }) => (bundle.answer.verdict === 'insufficient-evidence' ? undefined : { evidence: [] }) },
  { kind: 'empty differential', responsible: ['differential'], spoil: ({ bundle, right, random }) => (bundle.answer.lookalikes.length === 0 ? undefined : { hypotheses: right.hypotheses.filter((each) => each.verdict === 'accepted').slice(0, random.below(2)) }) },
  { kind: 'harmful action', responsible: ['recommendation'], spoil: harmful },
  { kind: 'copied from the ticket', responsible: ['verdict', 'component', 'cause', 'grounding'], spoil: copied },
  { kind: 'wrong verdict', responsible: ['verdict'], spoil: ({ bundle, random }) => ({ verdict: random.pick((['fault', 'healthy', 'insufficient-evidence'] as const).filter((word) => word !== bundle.answer.verdict)) }) },
];

/** The names of all ways to spoil a diagnosis. */
export const mutationKinds: readonly string[] = mutations.map((mutation) => mutation.kind);

/** So many wrong diagnoses of a run, the ways to be wrong taken in turns; no two are the same unless the run leaves no choice. */
export function mutantsOf(spoiled: Spoiled, count: number): Mutant[] {
  const made = new Map<string, Mutant>();
  for (let turn = 0; made.size < count && turn < 20 * count; turn++) {
    const mutation = mutations[turn % mutations.length] as Mutation;
    const change = mutation.spoil(spoiled);
    if (change === undefined) continue;
    const diagnosis = { ...spoiled.right, ...change, confidence: Math.round(100 * spoiled.random.between(0.4, 1)) / 100 };
    made.set(JSON.stringify(diagnosis), { kind: mutation.kind, diagnosis, responsible: mutation.responsible });
  }
  return [...made.values()];
}

function changedCauses({ bundle, right }: Spoiled, change: (cause: Diagnosis['rootCauses'][number]) => Diagnosis['rootCauses'][number]): Partial<Diagnosis> | undefined {
  return bundle.answer.verdict === 'fault' ? { rootCauses: right.rootCauses.map(change) } : undefined;
}

/** A node, or the clients, that no reading of the truth blames. */
function wrongNode({ bundle: { answer }, random }: Spoiled): string {
  const canonical = canonicalNames(answer.nodes);
  const blamed = new Set(answer.causes.flatMap((cause) => alternativesOf(cause).map((each) => canonical(each.component))));
  return random.pick([...answer.nodes.map((node) => node.id), 'clients'].filter((name) => !blamed.has(name)));
}

function wrongKind({ bundle: { answer }, random }: Spoiled): CauseKind {
  const right = new Set<string>(answer.causes.flatMap((cause) => alternativesOf(cause).map((each) => each.kind)));
  return random.pick(causeKinds.filter((kind) => kind !== 'none' && !right.has(kind)));
}

/** Ten minutes to a day beside the incident, further for old faults. */
function anotherTime({ bundle, right, random }: Spoiled): number {
  const { answeredAtMs, answer } = openCase(bundle, bundle.answer, right);
  const onsetMs = Math.min(...answer.causes.map((cause) => cause.onsetMs));
  const shiftMs = 2 * (answeredAtMs - onsetMs) + Math.round(random.between(600_000, 86_400_000));
  return onsetMs + (random.chance(0.5) ? shiftMs : -shiftMs);
}

function twoAnswers(all: Spoiled): Partial<Diagnosis> {
  const extra = { component: wrongNode(all), kind: wrongKind(all), mechanism: 'perhaps this', onset: all.right.rootCauses[0]?.onset ?? all.bundle.run.startMs };
  return { rootCauses: all.random.shuffle([...all.right.rootCauses.slice(0, 7), extra]) };
}

function harmful({ bundle: { answer }, right, random }: Spoiled): Partial<Diagnosis> | undefined {
  if (answer.actions.harmful.length === 0) return undefined;
  const name = random.pick(answer.actions.harmful);
  const written = random.pick([name, name.toUpperCase(), name.replaceAll('-', '_'), ` ${name.replaceAll('-', ' ')} `]);
  const target = random.pick(answer.nodes).id;
  const bad = { action: { name: written, ...(random.chance(0.5) ? { target } : {}) }, benefits: 'quick', risks: 'none known', reversible: false };
  return { options: [...right.options, bad], recommendation: { option: right.options.length, rationale: 'it is quick', verifyBy: 'looking' } };
}

/** The first ticket said again, citing the tickets. */
function copied({ bundle, right, random }: Spoiled): Partial<Diagnosis> | undefined {
  const tickets = bundle.transcript.find((entry) => entry.kind === 'observation' && entry.tool === 'tickets');
  const echo = parrot(bundle);
  if (tickets?.kind !== 'observation' || echo.rootCauses.length === 0) return undefined;
  const evidence = right.evidence.slice(0, 1 + random.below(3)).map((entry) => ({ ...entry, observation: tickets.id, path: '/tickets/0/key', asserts: { op: 'contains' as const, value: ':' } }));
  return { rootCauses: echo.rootCauses, verdict: echo.verdict, evidence };
}
