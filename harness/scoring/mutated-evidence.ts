import type { Diagnosis, Evidence, ToolObservation } from '../../src/diagnosis/contract.ts';
import { checkEvidence } from '../../src/diagnosis/evidence.ts';
import { openCase } from './case.ts';
import { concerned } from './headline.ts';
import type { Spoiled } from './mutations.ts';
import { leavesOf } from './oracle.ts';
import { isTelling, tellingOf } from './support.ts';

/** One citation claims a number, or quotes words, that nobody was shown. */
export function withInvention({ right, random }: Spoiled): Partial<Diagnosis> | undefined {
  if (right.evidence.length === 0) return undefined;
  const spoiled = random.below(right.evidence.length);
  const number = Math.round(random.between(1e14, 9e14)) + 0.5;
  const evidence = right.evidence.map((entry, index): Evidence => {
    if (index !== spoiled) return entry;
    return random.chance(0.7)
      ? { ...entry, claim: `it is ${number}`, asserts: { op: random.pick(['eq', 'approx'] as const), value: number } }
      : { ...entry, claim: 'it says so', asserts: { op: 'contains', value: `panic ${number} at the disco` } };
  });
  return { evidence };
}

/** Only citations that are true and tell nothing of what is blamed; undefined where no name could tell the difference. */
export function irrelevantEvidence({ bundle, right, random }: Spoiled): Partial<Diagnosis> | undefined {
  const wanted = tellingOf(concerned(openCase(bundle, bundle.answer, right)), bundle.answer);
  if (wanted.names.length === 0) return undefined;
  const shown = bundle.transcript.filter((entry): entry is { readonly kind: 'observation' } & ToolObservation => entry.kind === 'observation' && entry.ok);
  const beside = random.shuffle(shown).slice(0, 12).flatMap((observation) => {
    const leaves = leavesOf(observation.answer).take(60).filter((leaf) => !isTelling(leaf, observation, wanted)).toArray();
    return leaves.length === 0 ? [] : [{ observation, leaf: random.pick(leaves) }];
  });
  const cited = beside.slice(0, Math.max(1, right.evidence.length)).map(({ observation, leaf }, index): Evidence => ({
    id: `E${index + 1}`, claim: 'this is so', observation: observation.id, path: leaf.path, asserts: { op: 'eq', value: leaf.value },
  }));
  const evidence = cited.filter((entry) => checkEvidence(entry, shown).check === 'matches');
  return evidence.length === 0 ? undefined : { evidence };
}
