/** What some of the operations wait besides: this share of them, `msAt` for the one at this rank among those, 0 to 1. */
export interface Wait {
  readonly share: number;
  readonly meanMs: number;
  readonly msAt: (rank: number) => number;
}

/** The slowest of a thousand. */
const lastRank = 0.999;

/** A wait by an exponential law. */
export const exponentialWait = (share: number, meanMs: number): Wait =>
  // The last digits of a logarithm belong to the engine; these are kept.
  ({ share, meanMs, msAt: (rank) => Math.round(-1e6 * meanMs * Math.log(1 - Math.min(lastRank, rank))) / 1e6 });

/** How long the operation waits that stands at `rank` among all of them, 0 to 1; the slow ones are those that wait. */
export function waitedMs({ share, msAt }: Wait, rank: number): number {
  const among = (rank - (1 - share)) / share;
  return among <= 0 ? 0 : msAt(among);
}

/** Two kinds of wait as one. The slow ones are taken to meet both, so the rarer kind is met by the slowest of those that meet the other. */
export function bothOf(one: Wait | undefined, other: Wait | undefined): Wait | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const share = Math.max(one.share, other.share);
  if (share === 0) return one;
  const [oneAt, otherAt] = [rankedAmong(one, share), rankedAmong(other, share)];
  return { share, meanMs: (one.share * one.meanMs + other.share * other.meanMs) / share, msAt: (rank) => oneAt(rank) + otherAt(rank) };
}

/** How long a wait takes for the one at a rank among so large a share of all, most of whom need not meet it. */
const rankedAmong = ({ share, msAt }: Wait, among: number): Wait['msAt'] => (share === among ? msAt : (rank) => {
  const own = 1 - ((1 - rank) * among) / share;
  return own > 0 ? msAt(own) : 0;
});
