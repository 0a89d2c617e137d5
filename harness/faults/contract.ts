import type { z } from 'zod';
import type { Capability, Controls, NodeId } from '../clusters/contract.ts';

/** The part of a world that a fault needs, with those parts certainly there. */
export type World<K extends Capability> = Required<Pick<Controls, K>>;

/** Independent proof that a fault bites: measured beside the database, not through its telemetry. */
export interface Witness {
  readonly bites: boolean;
  /** What was measured, with the number, e.g. `process of tikv-2 is exited`. */
  readonly measured: string;
}

/** One reversible change to a resource. Functions are properties, so that the compiler checks their worlds. */
export interface Fault<K extends Capability = Capability, P = unknown> {
  /** The field's word, e.g. `process-kill`. */
  readonly kind: string;
  readonly title: string;
  readonly needs: readonly K[];
  readonly params: z.ZodType<P>;
  /** How it is drawn on timelines. */
  readonly paint: { readonly label: string; readonly colour: 'slate' | 'red' | 'amber' | 'violet' | 'teal' };
  readonly inject: (world: World<K>, struck: readonly NodeId[], params: P) => Promise<void>;
  /** Idempotent; works after a crash of the lab, so it relies on nothing that `inject` remembered. */
  readonly revert: (world: World<K>, struck: readonly NodeId[], params: P) => Promise<void>;
  readonly witness: (world: World<K>, struck: readonly NodeId[], params: P) => Promise<Witness>;
}
