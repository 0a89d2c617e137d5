import type { Diagnostician } from './contract.ts';

/** The same diagnostician, whose progress is told line by line to whoever waits. */
export const toldTo = (diagnostician: Diagnostician, tell: (line: string) => void): Diagnostician => ({
  ...diagnostician,
  diagnose: (assignment, session) => diagnostician.diagnose(assignment, { ...session, progress: tell }),
});
