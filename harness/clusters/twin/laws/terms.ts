import type { LawOf } from './law.ts';

/** Raft's election safety: whoever led in a term is the only one who ever leads in it, and terms go forward. */
export const oneLeaderPerTerm: LawOf = (world) => {
  const led = new Map<string, number>();
  const latest = new Map<number, number>();
  return {
    name: 'one leader per term',
    check: () => {
      for (const { id, term, leader } of world.regions) {
        if (term < (latest.get(id) ?? 0)) return `region ${id} went back to term ${term}`;
        latest.set(id, term);
        if (leader === null) continue;
        const key = `${id}/${term}`;
        const before = led.get(key);
        if (before !== undefined && before !== leader) return `stores ${before} and ${leader} both led region ${id} in term ${term}`;
        led.set(key, leader);
      }
      return undefined;
    },
  };
};
