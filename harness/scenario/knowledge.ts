import type { z } from 'zod';
import type { Capability } from '../clusters/contract.ts';

/** What a check must know of a fault. */
export interface KnownFault {
  readonly kind: string;
  readonly params: z.ZodType;
  readonly needs?: readonly Capability[];
}

/** What a check must know of a subject. */
export interface KnownSubject {
  readonly name: string;
  readonly invariants: readonly { readonly name: string }[];
  readonly actions: readonly { readonly name: string }[];
  /** What the nodes of a role are called, where it is not the role's own name. */
  readonly nodeNames?: NodeNames;
}

/** By role: what its nodes are called, before their number. */
export type NodeNames = Readonly<Record<string, string>>;

/** What the rest of the lab offers to a scenario. An absent part is not checked. */
export interface Knowledge {
  readonly faults?: readonly KnownFault[];
  readonly subjects?: readonly KnownSubject[];
  /** Recordings by name, with the nodes of each where they are known. */
  readonly recordings?: ReadonlyMap<string, readonly KnownNode[]>;
  /** The settings that a twin's stores take. */
  readonly twinSettings?: KnownSettings;
}

/** Settings by name, and what is wrong with a value of one, as the rest of a sentence that starts with its name. */
export interface KnownSettings {
  readonly names: readonly string[];
  readonly refusal: (name: string, value: unknown) => string | undefined;
}

/** A node that a scenario may name. */
export interface KnownNode {
  readonly id: string;
  readonly role: string;
}
