import { type Answer, type Bundle, submittedDiagnosis } from '../../history/bundle.ts';
import { chipsOf } from './evidence.ts';

const looks = { accepted: '●', rejected: '○', open: '◐' } as const;

interface Named {
  readonly component: string;
  readonly kind: string;
}

/** What was considered, what became of it and why; the truth is marked in its row, and a truth that nobody thought of gets a row. */
export function hypothesesView(bundle: Bundle) {
  const { answer } = bundle;
  const said = submittedDiagnosis(bundle)?.hypotheses ?? [];
  const rows = said.map((hypothesis) => ({
    glyph: looks[hypothesis.verdict], verdict: hypothesis.verdict as string,
    cause: nameOf(hypothesis.cause),
    because: hypothesis.because,
    chips: chipsOf(bundle, hypothesis.evidence),
    ...markOf(answer, hypothesis.cause),
  }));
  const considered = said.map((each) => each.cause);
  const absent = missed(answer, considered);
  return { rows, missed: absent, any: rows.length + absent.length > 0, lookalikes: lookalikes(answer, considered) };
}

const nameOf = ({ component, kind }: Named): string => `${component} ${kind}`;

/** The one name of a component: ids, hosts and addresses of a node are the same thing. */
function idOf(answer: Answer, component: string): string {
  const wanted = component.toLowerCase();
  const node = answer.nodes.find(({ id, host, aliases }) => [id, host, ...aliases].some((name) => name.toLowerCase() === wanted || name.toLowerCase() === wanted.replace(/:\d+$/, '')));
  return node?.id ?? wanted;
}

const same = (answer: Answer, a: Named, b: Named): boolean => a.kind === b.kind && idOf(answer, a.component) === idOf(answer, b.component);

function markOf(answer: Answer | null, cause: Named): { truth: string; isTruth: boolean } {
  if (answer?.causes.some((each) => same(answer, each, cause))) return { truth: 'the truth', isTruth: true };
  if (answer?.causes.some((each) => each.accept.some((equal) => same(answer, equal, cause)))) return { truth: 'accepted as the truth', isTruth: true };
  const tempting = answer?.lookalikes.find((lookalike) => same(answer, lookalike, cause));
  return { truth: tempting ? `look-alike, ruled out by: ${tempting.ruledOutBy}` : '', isTruth: false };
}

function missed(answer: Answer | null, considered: readonly Named[]): string[] {
  if (!answer) return [];
  return answer.causes
    .filter((cause) => !considered.some((each) => [cause, ...cause.accept].some((equal) => same(answer, equal, each))))
    .map((cause) => `never considered: ${nameOf(cause)}`);
}

/** Tempting wrong answers that were not even looked at. */
function lookalikes(answer: Answer | null, considered: readonly Named[]) {
  if (!answer) return [];
  return answer.lookalikes.filter((each) => !considered.some((other) => same(answer, each, other))).map((each) => ({ cause: nameOf(each), ruledOutBy: each.ruledOutBy }));
}
