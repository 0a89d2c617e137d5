import fc from 'fast-check';
import { lacks } from '../clusters/twin/kind.ts';
import { faults } from '../faults/registry.ts';

/** Every fault of the registry that a twin can suffer. */
export const possibleFaults = [...faults.values()].filter((fault) => fault.needs.every((need) => !lacks.has(need)));

/** A fault of a schedule: which, where, when and for how long, all of it small numbers so that a failure shrinks well. */
export interface Act {
  readonly fault: string;
  readonly draws: readonly number[];
  /** Drawn from the nodes that the cluster has. */
  readonly victims: readonly number[];
  readonly atSeconds: number;
  readonly holdSeconds: number;
}

/** A cluster, its clients, and what befalls them. */
export interface Schedule {
  readonly seed: number;
  readonly pd: number;
  readonly tikv: number;
  /** Machines on which a store may begin. */
  readonly spares?: number;
  readonly regions: number;
  readonly load: { readonly rate: number; readonly readsPercent: number; readonly keys: 'uniform' | 'zipfian'; readonly valueBytes: number };
  readonly acts: readonly Act[];
}

/** One in twenty outlasts what takes minutes: a store that is down for good, replicas that are replaced, operators that time out. */
const holdSeconds = fc.oneof({ weight: 19, arbitrary: fc.integer({ min: 1, max: 40 }) }, { weight: 1, arbitrary: fc.integer({ min: 60, max: 900 }) });

const act: fc.Arbitrary<Act> = fc.record({
  fault: fc.constantFrom(...possibleFaults.map(({ kind }) => kind)),
  draws: fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }),
  victims: fc.array(fc.nat(7), { minLength: 1, maxLength: 2 }),
  atSeconds: fc.nat(30),
  holdSeconds,
});

/** Random clusters with up to four faults, at once, one after another, or one upon the other. */
export const schedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.nat(999_999),
  pd: fc.constantFrom(3, 1, 2, 5),
  tikv: fc.constantFrom(3, 4, 1, 2, 5),
  spares: fc.constantFrom(0, 1, 2),
  regions: fc.integer({ min: 3, max: 12 }),
  load: fc.record({
    rate: fc.constantFrom(100, 0, 1_000, 4_000), readsPercent: fc.constantFrom(50, 0, 90, 100), keys: fc.constantFrom('uniform', 'zipfian'), valueBytes: fc.constantFrom(1_024, 64, 16_384),
  }),
  acts: fc.array(act, { minLength: 0, maxLength: 4 }),
});
