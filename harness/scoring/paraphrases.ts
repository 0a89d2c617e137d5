import type { Diagnosis } from '../../src/diagnosis/contract.ts';
import { checkEvidence } from '../../src/diagnosis/evidence.ts';
import { alternativesOf } from './causes.ts';
import type { Spoiled } from './mutations.ts';
import { canonicalNames } from './names.ts';

/** So many ways to say the same right thing: other names, other words, another order, other forms of the same claims. */
export function paraphrasesOf(original: Spoiled, count: number): Diagnosis[] {
  return Array.from({ length: count }, () => paraphrase(original));
}

const asSaid = 'as it was said';

function paraphrase({ bundle, right, random }: Spoiled): Diagnosis {
  const rename = renamer({ bundle, right, random });
  const shown = bundle.transcript.filter((entry) => entry.kind === 'observation');
  const options = right.options.map((option, index) => ({ option, chosen: index === right.recommendation?.option }));
  const shuffled = random.shuffle(options);
  const { acceptable, recommended } = bundle.answer.actions;
  const advice = random.pick([...recommended, ...acceptable, asSaid]);
  return {
    ...right,
    summary: random.pick(['In other words.', 'It began quietly.', 'Kurz gesagt: das war es.', 'See below; all of it is cited.']),
    rootCauses: random.shuffle(right.rootCauses.map((cause) => ({ ...cause, ...otherReading(cause, { bundle, right, random }), mechanism: 'said differently', onset: cause.onset + Math.round(random.between(-15_000, 15_000)) }))).map((cause) => ({ ...cause, component: rename(cause.component) })),
    impact: random.shuffle(right.impact.map((each) => ({ component: rename(each.component), effect: 'they suffer' }))),
    evidence: random.shuffle(right.evidence.map((entry) => ({ ...entry, claim: 'seen', ...otherForm(entry.asserts, random.chance(0.5)) })).filter((entry) => checkEvidence(entry, shown).check !== 'differs')),
    hypotheses: random.shuffle(right.hypotheses.map((each) => ({ ...each, cause: { ...each.cause, component: rename(each.cause.component) }, because: 'the numbers say so' }))),
    options: shuffled.map(({ option, chosen }) => (chosen && advice !== asSaid ? { ...option, action: { name: random.pick([advice, advice.toUpperCase(), advice.replaceAll('-', '_')]) } } : option)),
    recommendation: right.recommendation === null ? null : { ...right.recommendation, option: shuffled.findIndex(({ chosen }) => chosen), rationale: 'as above' },
    confidence: Math.round(100 * random.between(0.3, 1)) / 100,
  };
}

/** Another reading of the same cause that the scenario accepts. */
function otherReading(said: Diagnosis['rootCauses'][number], { bundle, random }: Spoiled): object {
  const canonical = canonicalNames(bundle.answer.nodes);
  const truth = bundle.answer.causes.find((cause) => canonical(cause.component) === canonical(said.component) && cause.kind === said.kind);
  if (truth === undefined) return {};
  const { component, kind, scope, resource } = random.pick(alternativesOf(truth));
  return { component, kind, scope, resource };
}

/** Any of a node's names, in any case. */
function renamer({ bundle: { answer }, random }: Spoiled): (name: string) => string {
  const canonical = canonicalNames(answer.nodes);
  return (name) => {
    const node = answer.nodes.find((each) => each.id === canonical(name));
    const names = node === undefined ? [name] : [node.id, ...node.aliases].filter((each) => canonical(each) === node.id);
    const chosen = random.pick(names);
    return random.pick([chosen, chosen.toUpperCase(), ` ${chosen} `]);
  };
}

type Asserts = Diagnosis['evidence'][number]['asserts'];

/** The same claim in another form: a number as text, or as about so much. */
function otherForm(asserts: Asserts, asText: boolean): { readonly asserts: NonNullable<Asserts> } | Record<string, never> {
  if (asserts?.op !== 'eq' || typeof asserts.value !== 'number') return {};
  return { asserts: asText ? { op: 'eq', value: String(asserts.value) } : { op: 'approx', value: asserts.value } };
}
