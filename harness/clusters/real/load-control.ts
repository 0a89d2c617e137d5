import type { RunningLoad } from '../../load/contract.ts';
import type { LoadControl, LoadSpec } from '../contract.ts';

/** The clients' traffic through the lab's load generator. They send one value a write: whoever asks for more sees in `current` that they do not. */
export function loadControl(load: RunningLoad, initial: LoadSpec): LoadControl {
  let current = initial;
  return {
    set: async (next) => {
      const { valuesPerWrite: _, ...sent } = next;
      await load.set(sent);
      current = sent;
    },
    current: () => current,
    initial: () => initial,
  };
}
