import type { Millis } from '../../kernel/clock.ts';
import type { ComponentRef } from '../../subjects/contract.ts';
import type { Evidence, ObservationId } from '../contract.ts';
import type { Sign } from './signs.ts';

/** Where a statement can be looked up and checked again. */
export interface Citation {
  readonly observation: ObservationId;
  readonly path: string;
  readonly asserts: NonNullable<Evidence['asserts']>;
}

/** One sign of one component, seen to be there or seen not to be. What was not seen at all is no finding. */
export interface Finding {
  readonly sign: Sign;
  readonly component: ComponentRef;
  readonly present: boolean;
  /** In words, with the numbers. */
  readonly claim: string;
  readonly citation: Citation;
  /** When it began, where that can be told. */
  readonly sinceMs?: Millis;
}

/** All findings of one investigation; the last word about a sign of a component counts. */
export class Findings {
  readonly #byKey = new Map<string, Finding>();

  add(finding: Finding): void {
    this.#byKey.set(`${finding.sign} ${finding.component}`, finding);
  }

  /** The finding about this sign of this component, if it was looked at. */
  about(sign: Sign, component: ComponentRef): Finding | undefined {
    return this.#byKey.get(`${sign} ${component}`);
  }

  /** True only where it was seen to be there. */
  has(sign: Sign, component: ComponentRef): boolean {
    return this.about(sign, component)?.present === true;
  }

  /** Drops what does not pass, e.g. findings whose citation does not hold. */
  keep(passes: (finding: Finding) => boolean): void {
    for (const [key, finding] of this.#byKey) if (!passes(finding)) this.#byKey.delete(key);
  }

  /** Everything that was noted. */
  all(): readonly Finding[] {
    return [...this.#byKey.values()];
  }

  /** Findings of one sign that are there, in the order in which they were made. */
  present(sign: Sign): readonly Finding[] {
    return [...this.#byKey.values()].filter((finding) => finding.sign === sign && finding.present);
  }
}
