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
      if (!this.#list.includes(finding) && this.#list.length < evidenceMax) this.#list.push(finding);
      const index = this.#list.indexOf(finding);
      return index < 0 ? [] : [`E${index + 1}`];
    });
  }

  /** Everything cited so far. */
  evidence(): Evidence[] {
    return this.#list.map(({ claim, citation }, index) => ({ id: `E${index + 1}`, claim, observation: citation.observation, path: citation.path, asserts: citation.asserts }));
  }
}

/** A look-alike with what rules it out; it stays open where nothing that was seen does. */
export function rejection(candidate: Candidate, exhibits: Exhibits): Diagnosis['hypotheses'][number] {
  const cause = { component: candidate.component, kind: candidate.cause.kind };
  const [strongest] = candidate.against;
  if (!strongest) return { cause, verdict: 'open', because: 'nothing that was seen decides it; it explains less than the accepted cause', evidence: [] };
  return { cause, verdict: 'rejected', because: `${strongest.claim}.`, evidence: exhibits.cite(candidate.against.slice(0, 2)) };
}
