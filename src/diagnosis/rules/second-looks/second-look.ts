import type { Candidate } from '../weigh.ts';
import { choose } from '../choose.ts';
import type { Findings } from '../finding.ts';
import type { Investigation } from '../investigation.ts';
import type { Sign } from '../signs.ts';

/** A test that costs calls and tells rare causes from common ones. */
export interface SecondLook {
  /** It is worth its cost where one of these was seen, or where nothing explains what was seen. */
  readonly when: readonly Sign[];
  readonly look: (investigation: Investigation) => Promise<void>;
}

/** The looks that could still change the answer, given what is known after the first ones. */
export function worthwhile(looks: readonly SecondLook[], { candidates, findings, calm }: { readonly candidates: readonly Candidate[]; readonly findings: Findings; readonly calm: boolean }): readonly SecondLook[] {
  const unexplained = !calm && choose(candidates).accepted.length === 0;
  return looks.filter(({ when }) => unexplained || when.some((sign) => findings.present(sign).length > 0));
}
