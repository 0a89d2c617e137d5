import { failed, ok, type Result } from '../../kernel/result.ts';
import type { OwnKnowledge } from '../runbook/knowledge.ts';
import type { Assignment, Diagnosis, Diagnostician, Session } from '../contract.ts';
import { vocabularyVersion } from '../vocabulary.ts';
import { choose } from './choose.ts';
import { experts } from './experts.ts';
import type { Expertise } from './expertise.ts';
import { citationHolds, explain } from './explain.ts';
import { Investigation } from './investigation.ts';
import { healthy, insufficient, isCalm } from './undecided.ts';
import { weighAll } from './weigh.ts';

/** Raised with every change of knowledge or method, since results before and after are not comparable. */
const version = 2;

/** The built-in expert system: gathers findings at the desk, weighs every known cause against them, and explains its choice. */
export const rules: Diagnostician = rulesWith();

/** The expert system with a user's own knowledge beside the built-in one. */
export function rulesWith(own?: OwnKnowledge): Diagnostician {
  return {
    name: 'rules',
    // A program reads whole lists: a store that stands beyond a model's limit must not be overlooked.
    answerTokensMax: 1_000_000,
    fingerprint: () => `rules/${version} vocabulary/${vocabularyVersion} causes/${causes.length}${own ? ` runbook/${own.version}` : ''}`,
    diagnose: async (assignment, session) => ok(await diagnose(assignment, session, own)),
  };
}

async function diagnose(assignment: Assignment, { desk, note, signal }: Session, own?: OwnKnowledge): Promise<Diagnosis> {
  const known = own ? [...causes.filter((cause) => !own.isReplaced(cause)), ...own.causes] : causes;
  const investigation = new Investigation(desk, assignment);
  await investigation.ask('tickets', {});
  for (const probe of expertise.probes) {
    signal.throwIfAborted();
    await probe(investigation);
  }
  await own?.look(investigation);
  const { findings } = investigation;
  findings.keep((finding) => citationHolds(finding, desk.observations));
  const candidates = weighAll(known, findings, assignment.topology);
  const ranked = candidates.filter((each) => each.possible).sort((a, b) => b.score - a.score).slice(0, 6);
  note({ kind: 'thought', text: `present: ${findings.all().filter((each) => each.present).map((each) => `${each.sign}@${each.component}`).join(', ') || 'nothing unusual'}` });
  note({ kind: 'thought', text: `weighed: ${ranked.map((each) => `${each.component} ${each.cause.kind} ${each.score}`).join(', ') || 'no possible cause'}` });
  const choice = choose(candidates);
  if (choice.accepted.length > 0) return explain(choice, { findings, assignment, expertise });
  const known = { findings, assignment, expertise };
  return isCalm(known) ? healthy(candidates, known) : insufficient(candidates, known);
}
