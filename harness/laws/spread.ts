import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { LawRun } from './check-laws.ts';

/** Schedules of one seed: small enough that a run of any size can say how far it is. */
const portion = 500;

/** Far apart, so that the portions of a neighbouring seed are others: seeds 1 and 2 share none of their schedules. */
const seedStride = 1_000_003;

/** The portions of a run, each with a seed of its own; the first keeps the run's. */
export const portionsOf = ({ schedules, seed }: LawRun): LawRun[] =>
  Array.from({ length: Math.ceil(schedules / portion) }, (_, at) => ({ schedules: Math.min(portion, schedules - at * portion), seed: (seed + at * seedStride) | 0 }));

/**
 * Checks as many schedules on all cores, portion by portion, each with a seed of its own. The report of the first broken law,
 * or undefined; `done` is told how many are through.
 */
export async function checkLawsOnAllCores({ schedules, seed }: LawRun, done: (schedules: number) => void = () => {}): Promise<string | undefined> {
  const portions = portionsOf({ schedules, seed });
  let broken: string | undefined;
  let through = 0;
  const work = async (): Promise<void> => {
    for (let next = portions.shift(); next && broken === undefined; next = portions.shift()) {
      broken ??= await inThread(next);
      done(through += next.schedules);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return broken;
}

const inThread = (run: LawRun): Promise<string | undefined> => new Promise((resolve, reject) => {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: run });
  worker.once('message', resolve);
  worker.once('error', reject);
});
