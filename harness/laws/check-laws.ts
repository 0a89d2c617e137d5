import fc from 'fast-check';
import { lawBrokenBy } from './live.ts';
import { schedules } from './schedule.ts';

/** How many random lives, and from which seed. */
export interface LawRun {
  readonly schedules: number;
  readonly seed: number;
}

/** Lives through that many schedules; the report of the smallest one that breaks a law, with all that repeats it, or undefined. */
export async function checkLaws({ schedules: numRuns, seed }: LawRun): Promise<string | undefined> {
  const property = fc.asyncProperty(schedules, async (schedule) => {
    const broken = await lawBrokenBy(schedule);
    if (broken !== undefined) throw new Error(broken);
  });
  const details = await fc.check(property, { numRuns, seed, endOnFailure: false });
  return details.failed ? `${String(details.errorInstance)}\n${await fc.asyncDefaultReportMessage(details)}` : undefined;
}
