/** Turns per second of a thread that takes all that waits, at so many arrivals a second and so long a turn: see {@link queueOf}'s formula. */
export function turnsOf(perSecond: number, turnSeconds: number): number {
  const during = perSecond * turnSeconds;
  return perSecond / (during + noneDuring(during));
}

/** The chance that none comes of so many that are expected. The last digits of an exponential belong to the engine; these are kept. */
export const noneDuring = (expected: number): number => Math.round(1e9 * Math.exp(-expected)) / 1e9;
