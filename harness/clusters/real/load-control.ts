import type { RunningLoad } from '../../load/contract.ts';
import type { LoadControl, LoadSpec } from '../contract.ts';

/** The clients' traffic through the lab's load generator. */
export function loadControl(load: RunningLoad, initial: LoadSpec): LoadControl {
  let current = initial;
  return {
    set: async (next) => {
      await load.set(next);
      current = next;
    },
    current: () => current,
    initial: () => initial,
  };
}
