import type { CauseKind } from '../vocabulary.ts';
import { isEverybody } from './cause.ts';
import { onsetOf, type Candidate } from './weigh.ts';

/** From this score on a candidate explains something by itself. */
const acceptScore = 4;
/** Two faults at once are rarer than one fault and its consequences: a second one has to be nearly as strong. */
const secondShare = 0.7;
/** What is so strong stands by itself, however many signs the first one has. */
const secondScore = 2 * acceptScore;
/** What explains much less than its alleged consequence is not what brought it. */
const bringsShare = 0.6;
/** A consequence cannot begin well before its cause; telemetry is only this exact. */
const onsetSlackMs = 15_000;

/** Kinds that can be there twice or beside another without one bringing the other. */
const independent: ReadonlySet<CauseKind> = new Set(['process-crash', 'process-hang', 'process-restarting', 'background-load', 'memory-exhausted', 'disk-full', 'disk-slow', 'network-partition', 'telemetry-lost']);

/** What is accepted, and the strongest rival that is not a mere consequence. */
export interface Choice {
  readonly accepted: readonly Candidate[];
  readonly rival: Candidate | undefined;
}

/** Picks the cause: the strongest candidate that no other strong candidate brings about. */
export function choose(candidates: readonly Candidate[]): Choice {
  const strong = candidates.filter((each) => each.possible && each.score >= acceptScore).sort((a, b) => b.score - a.score);
  const faults = strong.filter((each) => !each.cause.benign);
  const first = faults.filter((each) => !faults.some((other) => other.score >= each.score * bringsShare && brings(other, each)));
  const pool = first.length > 0 ? first : faults.length > 0 ? faults : strong;
  const [primary] = pool;
  if (!primary) return { accepted: [], rival: undefined };
  const also = pool.filter((each) => isSecond(primary, each));
  const oneEach = also.filter((each, index) => also.findIndex((other) => other.component === each.component) === index);
  const accepted = [primary, ...oneEach];
  const rival = candidates
    .filter((each) => each.possible && !accepted.includes(each) && !brings(primary, each) && !(each.cause.kind === primary.cause.kind) && !(each.cause.benign && !primary.cause.benign))
    .sort((a, b) => b.score - a.score)[0];
  return { accepted, rival };
}

function isSecond(primary: Candidate, other: Candidate): boolean {
  if (other.component === primary.component || other.score < Math.min(primary.score * secondShare, secondScore)) return false;
  if (primary.cause.benign) return other.cause.kind === primary.cause.kind;
  return independent.has(primary.cause.kind) && independent.has(other.cause.kind);
}

/** Whether one candidate explains another: on the same component, or from something that the whole cluster hangs on. */
function brings(cause: Candidate, effect: Candidate): boolean {
  if (cause === effect || !cause.cause.brings?.includes(effect.cause.kind)) return false;
  const wide = isEverybody(cause.bearer) || cause.bearer === 'region' || cause.bearer === 'pd';
  if (cause.component !== effect.component && !wide) return false;
  const [before, after] = [onsetOf(cause), onsetOf(effect)];
  return before === undefined || after === undefined || before <= after + onsetSlackMs;
}

/** How sure to be: from how far the choice is ahead of its rival and of the bar. Never certain. */
export function confidenceOf({ accepted, rival }: Choice): number {
  const [primary] = accepted;
  if (!primary) return 0.3;
  const margin = primary.score - Math.max(0, rival?.score ?? 0);
  const odds = 0.35 * margin + 0.1 * (primary.score - acceptScore);
  return Math.round(Math.min(0.97, Math.max(0.3, 1 / (1 + Math.exp(-odds)))) * 100) / 100;
}
