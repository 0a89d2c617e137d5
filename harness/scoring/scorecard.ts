import type { Bundle, Criterion, Scorecard } from '../history/bundle.ts';
import { submittedDiagnosis } from '../history/bundle.ts';
import { applyRule, type Case, criterion, openCase, round, type Witnessed } from './case.ts';
import { detection } from './criteria/detection.ts';
import { diagnosisRules } from './criteria/index.ts';
import { isHarmful } from './criteria/recommendation.ts';
import { classOfAgentFailure, classOfDiagnosis } from './failure-class.ts';
import { hasDifferential, isGrounded, isHeadline, isRightAnswer, isTimely } from './headline.ts';
import { canonicalNames } from './names.ts';
import { expectedWords, failureWords, oneLine, saidWords } from './words.ts';

/** The part of a bundle that is judged. */
export type Judged = Pick<Bundle, 'run' | 'history' | 'answer' | 'transcript'>;

/** Judges a run. Pure: the same bundle always gives the same scorecard, with no cluster and no clock. */
export function score(bundle: Judged): Scorecard {
  const { answer, run, history } = bundle;
  if (run.state === 'running' || run.state === 'interrupted') return unjudged(bundle, 'INTERRUPTED', run.because || 'the run did not reach its end');
  if (run.state === 'infra-error') return unjudged(bundle, 'ERROR', run.because || 'the infrastructure failed');
  if (run.state === 'invalid-injection') return unjudged(bundle, 'INCONCLUSIVE', run.because || 'the fault was not witnessed');
  if (run.state === 'no-symptom') return unjudged(bundle, 'INCONCLUSIVE', run.because || 'no symptom rose above the window before the fault');
  if (answer === null) return unjudged(bundle, 'ERROR', 'the bundle holds no truth to judge by');
  const witnessed: Witnessed = { answer, history, canonical: canonicalNames(answer.nodes) };
  if (run.state === 'agent-error') return scoreAgentError(bundle, witnessed);
  const diagnosis = submittedDiagnosis(bundle);
  return diagnosis === undefined ? unjudged(bundle, 'ERROR', 'the bundle holds no diagnosis to judge') : scoreDiagnosis(openCase(bundle, answer, diagnosis));
}

function scoreDiagnosis(judged: Case): Scorecard {
  const criteria = [...diagnosisRules.map((rule) => applyRule(rule, judged)), applyRule(detection, judged)];
  const headline = isHeadline(judged);
  return {
    schema: 'lab.scorecard/v1',
    verdict: headline ? 'PASS' : 'FAIL',
    score: total(criteria),
    headline,
    failureClass: classOfDiagnosis(judged),
    said: saidWords(judged.diagnosis, judged.canonical),
    expected: expectedWords(judged.answer),
    because: becauseOf(judged, criteria),
    criteria,
    evidence: [...judged.audit.checks],
  };
}

/** A diagnostician that gave no diagnosis has failed it; only the monitor's part is judged on its own. */
function scoreAgentError(bundle: Judged, witnessed: Witnessed): Scorecard {
  const failure = bundle.history.find((event) => event.kind === 'diagnosis-failed')?.failure ?? { code: 'AGENT_CRASHED', because: bundle.run.because };
  const failureClass = classOfAgentFailure(failure.code);
  const criteria = [...diagnosisRules.map((rule) => criterion(rule, rule.possible === 0 ? null : 0, `no diagnosis: ${failureClass}`)), applyRule(detection, witnessed)];
  return {
    ...unjudged(bundle, 'FAIL', `${failureClass}: ${failureWords(failure)}`),
    score: total(criteria),
    failureClass,
    said: `nothing: ${failureClass}`,
    criteria,
  };
}

function unjudged({ answer, history }: Judged, verdict: Scorecard['verdict'], because: string): Scorecard {
  const diagnosis = submittedDiagnosis({ history });
  const canonical = canonicalNames(answer?.nodes ?? []);
  return {
    schema: 'lab.scorecard/v1',
    verdict,
    score: null,
    headline: false,
    failureClass: null,
    said: diagnosis === undefined ? 'nothing' : saidWords(diagnosis, canonical),
    expected: answer === null ? 'unknown' : expectedWords(answer),
    because: oneLine(because),
    criteria: [...diagnosisRules, detection].map((rule) => criterion(rule, null, 'the run was not judged')),
    evidence: [],
  };
}

/** Points earned of those that could be judged, as a share of 100; null where nothing could. */
function total(criteria: readonly Criterion[]): number | null {
  const judged = criteria.filter((each) => each.earned !== null);
  const possible = judged.reduce((sum, each) => sum + each.possible, 0);
  const earned = judged.reduce((sum, each) => sum + (each.earned ?? 0), 0);
  return possible === 0 ? null : round((100 * earned) / possible);
}

function becauseOf(judged: Case, criteria: readonly Criterion[]): string {
  const reasonOf = (name: string) => criteria.find((each) => each.name === name)?.reason ?? '';
  if (isHeadline(judged)) return `right on the right evidence: ${reasonOf('grounding')}`;
  if (judged.audit.fabricated.length > 0) return reasonOf('grounding');
  if (isRightAnswer(judged) && isHarmful(judged)) return `the answer is right, but ${reasonOf('recommendation')}`;
  if (isRightAnswer(judged) && !isGrounded(judged)) return `the answer is right, but ${reasonOf('grounding')}`;
  if (isRightAnswer(judged) && !isTimely(judged)) return `the answer is right, but for another time: ${reasonOf('onset')}`;
  if (isRightAnswer(judged) && !hasDifferential(judged)) return `the answer is right, but nothing else was ruled out: ${reasonOf('differential')}`;
  const blame = ['verdict', 'component', 'cause'].find((name) => criteria.some((each) => each.name === name && each.verdict !== 'pass'));
  return blame === undefined ? `said ${saidWords(judged.diagnosis, judged.canonical)}, truth was ${expectedWords(judged.answer)}` : reasonOf(blame);
}
