import type { World } from '../world.ts';

/** Something that is true of every cluster at every moment, whatever befalls it. */
export interface Law {
  /** As one says it, e.g. `one leader per term`. */
  readonly name: string;
  /** Looks at the world between two events; what is wrong, or undefined. */
  readonly check: () => string | undefined;
}

/** Makes a law that watches one world; it may remember what it saw. */
export type LawOf = (world: World) => Law;
