import { type Answer, type Bundle, submittedDiagnosis } from '../../history/bundle.ts';

/** What could be done, which of it was recommended and why, and what an expert thinks of each. */
export function optionsView(bundle: Bundle) {
  const diagnosis = submittedDiagnosis(bundle);
  const chosen = diagnosis?.recommendation ?? null;
  const rows = (diagnosis?.options ?? []).map((option, i) => ({
    action: option.action.name, target: option.action.target ?? '',
    benefits: option.benefits, risks: option.risks,
    reversible: option.reversible ? 'reversible' : 'not reversible',
    recommended: chosen?.option === i,
    ...opinionOn(bundle.answer, option.action.name),
  }));
  const lost = chosen !== null && rows[chosen.option] === undefined;
  return {
    rows,
    rationale: chosen?.rationale ?? '',
    verifyBy: chosen?.verifyBy ?? '',
    recommends: chosen === null ? 'Nothing is recommended.' : lost ? `The recommendation points at option ${chosen.option}, which does not exist.` : `Recommended: ${`${rows[chosen.option]?.action ?? ''} ${rows[chosen.option]?.target ?? ''}`.trim()}.`,
  };
}

function opinionOn(answer: Answer | null, action: string): { opinion: string; opinionClass: string } {
  if (answer?.actions.harmful.includes(action)) return { opinion: 'harmful here', opinionClass: 'fail' };
  if (answer?.actions.recommended.includes(action)) return { opinion: 'what an expert would do', opinionClass: 'pass' };
  if (answer?.actions.acceptable.includes(action)) return { opinion: 'acceptable', opinionClass: 'plain' };
  return { opinion: '', opinionClass: 'plain' };
}
