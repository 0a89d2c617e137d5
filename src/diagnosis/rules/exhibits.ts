import type { Diagnosis, Evidence } from '../contract.ts';
import type { Finding } from './finding.ts';
import type { Candidate } from './weigh.ts';

const evidenceMax = 40;

/** Numbers the findings that a diagnosis cites, each once. */
export class Exhibits {
  readonly #list: Finding[] = [];

  /** The numbers of these findings, given when they are first cited. */
  cite(findings: readonly Finding[]): string[] {
    return findings.flatMap((finding) => {
      const place = (): number => this.#list.findIndex((cited) => same(cited, finding));
      if (place() < 0 && this.#list.length < evidenceMax) this.#list.push(finding);
      return place() < 0 ? [] : [`E${place() + 1}`];
    }).filter((id, index, all) => all.indexOf(id) === index);
  }

  /** Everything cited so far. */
  evidence(): Evidence[] {
    return this.#list.map(({ claim, citation }, index) => ({ id: `E${index + 1}`, claim, observation: citation.observation, path: citation.path, asserts: citation.asserts }));
  }
}

/** One place in one answer is one exhibit, however it is worded: only a different comparison makes it another. */
function same(a: Finding, b: Finding): boolean {
  const [left, right] = [a.citation, b.citation];
  return left.observation === right.observation && left.path === right.path && left.asserts.op === right.asserts.op && (left.path.startsWith('/lines/') || left.asserts.value === right.asserts.value);
}

/** A look-alike with what rules it out; it stays open where nothing that was seen does. */
export function rejection(candidate: Candidate, exhibits: Exhibits): Diagnosis['hypotheses'][number] {
  const cause = { component: candidate.component, kind: candidate.cause.kind };
  const shown = candidate.against.filter((finding, index, all) => all.findIndex((other) => same(other, finding)) === index).slice(0, 2);
  if (shown.length === 0) return { cause, verdict: 'open', because: 'nothing that was seen decides it; it explains less than the accepted cause', evidence: [] };
  return { cause, verdict: 'rejected', because: `${shown.map((finding) => finding.claim).join('; ')}.`, evidence: exhibits.cite(shown) };
}
