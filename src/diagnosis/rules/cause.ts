import type { CauseKind, partitionScopes, quotaResources } from '../vocabulary.ts';
import type { Sign } from './signs.ts';

/** How much a sign speaks for a cause, or against it. */
export interface Weighted {
  readonly sign: Sign;
  /** Roughly the logarithm of how much likelier the sign is with the cause than without. */
  readonly weight: number;
  /** What its absence costs; default half its weight. */
  readonly missing?: number;
}

/** One thing that could be done about a cause. */
export interface Remedy {
  readonly action: string;
  readonly on?: 'component';
  readonly benefits: string;
  readonly risks: string;
  readonly reversible: boolean;
}

/** What kind of component a cause can sit in: a node of a role, the group of a role, or something that is no node. */
export type Bearer = 'tikv' | 'pd' | 'member' | 'tikv-group' | 'pd-group' | 'member-group' | 'clients' | 'cluster' | 'region';

/** Whether all of them have it together, so that nothing that is done to one component cures it. */
export const isEverybody = (bearer: string): boolean => bearer === 'cluster' || bearer === 'clients' || bearer.endsWith('-group');

/** What one cause looks like: knowledge, to be read and corrected by people who run such systems. */
export interface Cause {
  readonly kind: CauseKind;
  readonly scope?: (typeof partitionScopes)[number];
  readonly resource?: (typeof quotaResources)[number];
  /** Which components can have it: nodes of a role, or the group, the clients, or regions. */
  readonly about: readonly Bearer[];
  /** Each list needs at least one sign that is there. */
  readonly needs: readonly (readonly Sign[])[];
  readonly predicts: readonly Weighted[];
  readonly forbids: readonly Weighted[];
  /** Kinds that it is easily mistaken for; each is answered in the diagnosis. */
  readonly lookalikes: readonly CauseKind[];
  /** Causes that follow from this one when it came first. */
  readonly brings?: readonly CauseKind[];
  /** Ordinary operation, not a fault. */
  readonly benign?: true;
  readonly summary: string;
  readonly mechanism: string;
  readonly impact: readonly { readonly component: 'component' | 'group' | 'burdened' | 'clients' | 'cluster'; readonly effect: string }[];
  readonly remedies: readonly Remedy[];
  readonly verifyBy: string;
}
