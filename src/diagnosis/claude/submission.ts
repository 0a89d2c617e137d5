import { failed, ok, type Result } from '../../kernel/result.ts';
import { readDiagnosis } from '../command/protocol.ts';
import type { Diagnosis, ToolObservation, TranscriptNote } from '../contract.ts';
import { checkEvidence } from '../evidence.ts';
import { quotation } from '../quote.ts';

/** What becomes of something handed in: it ends the work, or it goes back with words for the model. */
export type Taken = { readonly ended: Result<Diagnosis> } | { readonly back: string };

/** Reads drafts: one repair after a draft that breaks the contract, one correction after citations that do not hold. */
export class Submission {
  readonly #observations: () => readonly ToolObservation[];
  readonly #note: (note: TranscriptNote) => void;
  #repaired = false;
  #audited = false;
  #nudged = false;

  constructor(observations: () => readonly ToolObservation[], note: (note: TranscriptNote) => void) {
    this.#observations = observations;
    this.#note = note;
  }

  /** A draft through the tool, or as the text of a last answer. */
  take(value: unknown): Taken {
    const read = readDiagnosis(value);
    if ('problems' in read) return this.#repair(read.problems);
    const doubts = this.#audit(read.diagnosis);
    if (doubts.length === 0 || this.#audited) return { ended: ok(read.diagnosis) };
    this.#audited = true;
    return { back: `The check of your citations found what does not hold. Correct it or drop it (ask again where you need to), then submit the whole diagnosis again.\n${quotation('check', doubts)}` };
  }

  /** A turn that ended without a call: perhaps the diagnosis is in its text. */
  takeText(text: string): Taken {
    const document = documentIn(text);
    if (document !== undefined) return this.take(document);
    if (this.#nudged) return { ended: failed('AGENT_GARBAGE', 'the model ended twice without submitting a diagnosis') };
    this.#nudged = true;
    return { back: 'Nothing was submitted. Go on investigating, or hand in your diagnosis with submit_diagnosis.' };
  }

  #repair(problems: readonly string[]): Taken {
    if (this.#repaired) return { ended: failed('AGENT_GARBAGE', `the model submitted something else than a diagnosis, twice; ${problems[0] ?? ''}`) };
    this.#repaired = true;
    this.#note({ kind: 'note', text: `the draft breaks the contract: ${problems.join('; ')}` });
    return { back: `This is not a diagnosis yet. Correct these places and submit it once more:\n${quotation('problems', problems)}` };
  }

  /** What the judge would say about the draft, in the judge's own words. */
  #audit(diagnosis: Diagnosis): string[] {
    const checked = diagnosis.evidence.map((each) => checkEvidence(each, this.#observations()));
    const holding = checked.filter(({ check }) => check === 'matches').length;
    const doubts = [...checked.filter(({ check }) => check !== 'matches').map(({ id, check, reason }) => `${id} ${check}: ${reason}`), ...danglingIn(diagnosis)];
    this.#note({ kind: 'note', text: `check of the draft: ${holding} of ${checked.length} citations hold${doubts.length === 0 ? '' : `; ${doubts.join('; ')}`}` });
    return doubts;
  }
}

/** References that point nowhere, and a verdict that its causes contradict. */
function danglingIn({ verdict, evidence, hypotheses, rootCauses, options, recommendation }: Diagnosis): string[] {
  const known = new Set(evidence.map(({ id }) => id));
  const missing = hypotheses.flatMap(({ cause, evidence: cited }) => cited.filter((id) => !known.has(id)).map((id) => `the hypothesis ${cause.kind} of ${cause.component} cites ${id}, which is not among the evidence`));
  return [
    ...missing,
    ...(recommendation && recommendation.option >= options.length ? [`the recommendation points at option ${recommendation.option}, and there are ${options.length}`] : []),
    ...(verdict === 'fault' && rootCauses.length === 0 ? ['the verdict is fault and no root cause is named'] : []),
  ];
}

/** The JSON object that a text consists of, with or without a fence around it. */
function documentIn(text: string): unknown {
  const [from, to] = [text.indexOf('{'), text.lastIndexOf('}')];
  if (from < 0 || to < from) return undefined;
  try {
    const value: unknown = JSON.parse(text.slice(from, to + 1));
    return value !== null && typeof value === 'object' && 'verdict' in value ? value : undefined;
  } catch {
    return undefined;
  }
}
