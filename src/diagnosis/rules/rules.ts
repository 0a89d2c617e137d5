import { ok } from '../../kernel/result.ts';
import type { Assignment, Diagnosis, Diagnostician, Session } from '../contract.ts';
import { vocabularyVersion } from '../vocabulary.ts';
import { causes } from './causes/index.ts';
import { choose } from './choose.ts';
import { citationHolds, explain } from './explain.ts';
import { Investigation } from './investigation.ts';
import { probeAll } from './probes/index.ts';
import { healthy, insufficient, isCalm } from './undecided.ts';
import { weighAll } from './weigh.ts';

/** Raised with every change of knowledge or method, since results before and after are not comparable. */
const version = 2;

/** The built-in expert system: gathers findings at the desk, weighs every known cause against them, and explains its choice. */
export const rules: Diagnostician = {
  name: 'rules',
  // A program reads whole lists: a store that stands beyond a model's limit must not be overlooked.
  answerTokensMax: 1_000_000,
  fingerprint: () => `rules/${version} vocabulary/${vocabularyVersion} causes/${causes.length}`,
  diagnose: async (assignment, session) => ok(await diagnose(assignment, session)),
};

async function diagnose(assignment: Assignment, { desk, note, signal }: Session): Promise<Diagnosis> {
  const investigation = new Investigation(desk, assignment);
  await investigation.ask('tickets', {});
  await probeAll(investigation, signal);
  const { findings } = investigation;
  findings.keep((finding) => citationHolds(finding, desk.observations));
  const candidates = weighAll(causes, findings, assignment.topology);
  const ranked = candidates.filter((each) => each.possible).sort((a, b) => b.score - a.score).slice(0, 6);
  note({ kind: 'thought', text: `present: ${findings.all().filter((each) => each.present).map((each) => `${each.sign}@${each.component}`).join(', ') || 'nothing unusual'}` });
  note({ kind: 'thought', text: `weighed: ${ranked.map((each) => `${each.component} ${each.cause.kind} ${each.score}`).join(', ') || 'no possible cause'}` });
  const choice = choose(candidates);
  if (choice.accepted.length > 0) return explain(choice, findings, assignment);
  return isCalm(findings, assignment) ? healthy(candidates, findings, assignment) : insufficient(candidates, findings, assignment);
}
