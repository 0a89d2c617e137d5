import fc from 'fast-check';

/**
 * Which cases the property tests draw: the same ones at every run of `npm test`, so that what passes and fails depends on the
 * commit only. `PROPERTY_SEED=random` (or a number) draws others, and `PROPERTY_RUNS` how many where a test does not say: a hunt.
 */
const { PROPERTY_SEED: seed = '1', PROPERTY_RUNS: runs } = process.env;
fc.configureGlobal({ ...(seed === 'random' ? {} : { seed: Number(seed) }), ...(runs === undefined ? {} : { numRuns: Number(runs), interruptAfterTimeLimit: 15_000 }) });
