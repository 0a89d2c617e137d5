/** Turns per second of a thread that takes all that waits, at so many arrivals a second and so long a turn: see {@link queueOf}'s formula. */
export function turnsOf(perSecond: number, turnSeconds: number): number {
  const during = perSecond * turnSeconds;
  // The last digits of an exponential belong to the engine; these are kept.
  return perSecond / (during + Math.round(1e9 * Math.exp(-during)) / 1e9);
}
