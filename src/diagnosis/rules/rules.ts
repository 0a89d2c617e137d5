import { failed, ok, type Result } from '../../kernel/result.ts';
import type { OwnKnowledge } from '../runbook/knowledge.ts';
import type { Assignment, Diagnosis, Diagnostician, Session } from '../contract.ts';
import { vocabularyVersion } from '../vocabulary.ts';
import { choose } from './choose.ts';
import { experts } from './experts.ts';
import type { Expertise } from './expertise.ts';
import { citationHolds, explain } from './explain.ts';
import { Investigation } from './investigation.ts';
import { isOfUnreadLog } from './probes/last-words.ts';
import { healthy, insufficient, isCalm, isOver } from './undecided.ts';
import { worthwhile } from './second-looks/second-look.ts';
import { weighAll, type Candidate } from './weigh.ts';

/** Raised with every change of knowledge or method, since results before and after are not comparable. */
const version = 3;

/** The built-in expert system: gathers findings at the desk, weighs every known cause against them, and explains its choice. */
export const rules: Diagnostician = rulesWith();

/** The expert system with a user's own knowledge beside the built-in one. */
export function rulesWith(own?: OwnKnowledge): Diagnostician {
  return {
    name: 'rules',
    // A program reads whole lists: a store that stands beyond a model's limit must not be overlooked.
    answerTokensMax: 1_000_000,
    fingerprint: () => `rules/${version} vocabulary/${vocabularyVersion} causes/${[...experts.values()].map(({ causes }) => causes.length).join('+')}${own ? ` runbook/${own.version}` : ''}`,
    diagnose: async (assignment, session): Promise<Result<Diagnosis>> => {
      const expertise = experts.get(assignment.subject);
      if (!expertise) return failed('AGENT_UNAVAILABLE', `the rules know nothing about ${assignment.subject}`, `they know ${[...experts.keys()].join(' and ')}; name another diagnostician`);
      return ok(await diagnose(assignment, session, own ? withOwn(expertise, own) : expertise));
    },
  };
}

/** A user's causes beside the built-in ones, and instead of those that they replace; their signs are looked for last. */
const withOwn = (expertise: Expertise, own: OwnKnowledge): Expertise => ({
  ...expertise,
  causes: [...expertise.causes.filter((cause) => !own.isReplaced(cause)), ...own.causes],
  probes: [...expertise.probes, own.look],
});

async function diagnose(assignment: Assignment, { desk, note, signal }: Session, expertise: Expertise): Promise<Diagnosis> {
  const investigation = new Investigation(desk, assignment);
  await investigation.ask('tickets', {});
  for (const probe of expertise.probes) {
    signal.throwIfAborted();
    await probe(investigation);
  }
  const { findings } = investigation;
  const weighed = (): Candidate[] => {
    const saysNothing = isOfUnreadLog(findings);
    findings.keep((finding) => !saysNothing(finding) && citationHolds(finding, desk.observations));
    return weighAll(expertise.causes, findings, assignment.topology);
  };
  for (const { look } of worthwhile(expertise.secondLooks, { candidates: weighed(), findings, calm: isCalm({ findings, assignment, expertise }) })) {
    signal.throwIfAborted();
    await look(investigation);
  }
  const candidates = weighed();
  const ranked = candidates.filter((each) => each.possible).sort((a, b) => b.score - a.score).slice(0, 6);
  note({ kind: 'thought', text: `present: ${findings.all().filter((each) => each.present).map((each) => `${each.sign}@${each.component}`).join(', ') || 'nothing unusual'}` });
  note({ kind: 'thought', text: `weighed: ${ranked.map((each) => `${each.component} ${each.cause.kind} ${each.score}`).join(', ') || 'no possible cause'}` });
  const choice = choose(candidates);
  const known = { findings, assignment, expertise };
  if (choice.accepted.length > 0 && !isOver(known)) return explain(choice, known);
  return isOver(known) || isCalm(known) ? healthy(candidates, known) : insufficient(candidates, known);
}
