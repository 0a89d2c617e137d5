import { z } from 'zod';

const act = z.object({ atMsAfterInject: z.number(), what: z.string(), args: z.array(z.unknown()).nullish().transform((args) => args ?? []) });

/** An act of the recorder, so long after the injection. */
export type RecordedAct = Readonly<z.infer<typeof act>>;

/** Those of the acts that are written as this recorder writes them; others told theirs otherwise, and the fault's parameters tell it too. */
export const actsIn = (noted: readonly unknown[]): RecordedAct[] => noted.flatMap((each) => act.safeParse(each).data ?? []);
