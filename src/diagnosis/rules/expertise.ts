import type { CauseKind } from '../vocabulary.ts';
import type { Cause } from './cause.ts';
import type { Investigation } from './investigation.ts';
import type { SecondLook } from './second-looks/second-look.ts';
import type { Sign } from './signs.ts';

/** Everything that the rules know about one database: causes, how to look, and what is ordinary there. */
export interface Expertise {
  readonly subject: string;
  readonly causes: readonly Cause[];
  /** Causes that are answered as look-alikes only. */
  readonly sketches: readonly Cause[];
  /** In this order, since later probes build on what earlier ones found. */
  readonly probes: readonly ((investigation: Investigation) => Promise<void>)[];
  /** Asked for only where the first looks make it worth their cost. */
  readonly secondLooks: readonly SecondLook[];
  /** Signs of whoever carries the load of a fault elsewhere. */
  readonly burdens: readonly Sign[];
  /** Signs that are ordinary by themselves. */
  readonly ordinary: ReadonlySet<Sign>;
  /** Signs that nobody calls healthy, with or without a ticket. */
  readonly alarming: ReadonlySet<Sign>;
  /** Signs whose absence is worth citing when nothing is wrong. */
  readonly calm: ReadonlySet<Sign>;
  /** What it means that nothing is wrong, in a sentence. */
  readonly calmSummary: string;
  /** What one would suspect first. */
  readonly suspects: readonly CauseKind[];
}
