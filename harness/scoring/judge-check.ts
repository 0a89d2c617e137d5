import type { Diagnosis } from '../../src/diagnosis/contract.ts';
import { Random } from '../../src/kernel/random.ts';
import { submittedDiagnosis } from '../history/bundle.ts';
import { type Answerable, withDiagnosis } from './floors.ts';
import { type Mutant, mutantsOf, mutationKinds, type Spoiled } from './mutations.ts';
import { oracle, shownToOracle } from './oracle.ts';
import { paraphrasesOf } from './paraphrases.ts';
import { score } from './scorecard.ts';

/** How many diagnoses are made of one run, and by which draws. */
export interface JudgeCheckOptions {
  readonly mutants: number;
  readonly paraphrases: number;
  readonly seed: number;
}

/** What became of wrong diagnoses of one run, and of the right one in other words. */
export interface JudgeCheck {
  readonly mutants: number;
  readonly byKind: readonly { readonly kind: string; readonly mutants: number; readonly caught: number }[];
  /** Wrong ones that passed, and wrong ones that failed without an objection of a responsible criterion. */
  readonly passed: readonly Mutant[];
  readonly misblamed: readonly Mutant[];
  readonly paraphrases: number;
  readonly refused: readonly { readonly diagnosis: Diagnosis; readonly because: string }[];
}

/** Judges spoiled and paraphrased diagnoses of a real run: the judge is right when every spoiled one fails for its own reason and no paraphrase does. */
export function checkJudge(run: Answerable, { mutants: count, paraphrases: paraphraseCount, seed }: JudgeCheckOptions): JudgeCheck {
  const bundle = { ...run, transcript: shownToOracle(run.transcript, run.answer) };
  const right = rightDiagnosis(bundle);
  const spoiled = (name: string): Spoiled => ({ bundle, right, random: Random.fromSeed(seed).fork(name) });
  const mutants = mutantsOf(spoiled('mutants'), count).map((mutant) => ({ ...mutant, scorecard: score(withDiagnosis(bundle, mutant.diagnosis)) }));
  const objects = ({ scorecard, responsible }: (typeof mutants)[number]) => scorecard.criteria.some((line) => responsible.includes(line.name) && (line.verdict === 'fail' || line.verdict === 'partial'));
  const failing = mutants.filter(({ scorecard }) => scorecard.verdict === 'FAIL');
  const paraphrases = paraphrasesOf(spoiled('paraphrases'), paraphraseCount).map((diagnosis) => ({ diagnosis, scorecard: score(withDiagnosis(bundle, diagnosis)) }));
  return {
    mutants: mutants.length,
    byKind: mutationKinds.map((kind) => ({ kind, mutants: mutants.filter((each) => each.kind === kind).length, caught: failing.filter((each) => each.kind === kind && objects(each)).length })),
    passed: mutants.filter(({ scorecard }) => scorecard.verdict !== 'FAIL'),
    misblamed: failing.filter((mutant) => !objects(mutant)),
    paraphrases: paraphrases.length,
    refused: paraphrases.filter(({ scorecard }) => scorecard.verdict !== 'PASS').map(({ diagnosis, scorecard }) => ({ diagnosis, because: scorecard.because })),
  };
}

/** What was really said where that was right, since it is the more lifelike; else the truth itself. */
function rightDiagnosis(bundle: Answerable): Diagnosis {
  const said = submittedDiagnosis(bundle);
  return said !== undefined && score(bundle).verdict === 'PASS' ? said : oracle(bundle);
}
