/** Two measures of a load, the more important one first: queries and bytes of reads, bytes and keys of writes. */
export type Loads = readonly [first: number, second: number];

/** A store between which and others hot replicas are balanced. */
export interface HotStore {
  readonly id: number;
  readonly load: Loads;
  /** What orders that are under way will add to it, or take from it. */
  readonly pending: Loads;
  /** Whether it may give, and whether it may take; both follow from its past and its state. */
  readonly gives: boolean;
  readonly takes: boolean;
}

/** A hot replica, with its own part of its store's load. */
export interface HotPeer<T> {
  readonly of: T;
  readonly rates: Loads;
}

/** What is to be balanced. */
export interface HotProblem<T> {
  readonly stores: readonly HotStore[];
  readonly peersOn: (storeId: number) => readonly HotPeer<T>[];
  /** Whether this replica may go there. */
  readonly allows: (peer: HotPeer<T>, toId: number) => boolean;
  /** Less than this is not worth an order. */
  readonly leastRates: Loads;
  /** Loads whose standard deviation is below this part of their mean are left alone; PD's own unless it is said. */
  readonly evenBelow?: number;
}

/** The replica that should go, from where to where, and which measures that makes better. */
export interface HotMove<T> {
  readonly peer: HotPeer<T>;
  readonly from: HotStore;
  readonly to: HotStore;
  readonly betters: 'all' | 'first' | 'first-only' | 'second';
}

/**
 * PD's second formula for ranks, from its published code: after a move the lower of two stores should have at least `balanced` of what the higher has.
 * A state that is already close to that (`near`) is left alone unless the move reaches it; far from it every move is good that
 * is neither too small to be felt (`least`, as a share of the low store's load, or of what is missing) nor turns the difference around.
 */
interface Ratios {
  readonly balanced: number;
  readonly near: number;
  readonly felt: number;
  readonly least: number;
}

const ratios: readonly [Ratios, Ratios] = [{ balanced: 0.95, near: 0.9, felt: 0.2, least: 0.02 }, { balanced: 0.9, near: 0.8, felt: 0.3, least: 0.03 }];
/** What stands now is judged a little milder than what is to come. */
const mildly = { balanced: 0.02, near: 0.03 } as const;
/** `src-tolerance-ratio` and `dst-tolerance-ratio`: a store gives above 1.05 of the mean, and takes where 1.05 times its load is below it. */
export const toleranceRatio = 1.05;
/** Loads whose standard deviation is below a tenth of their mean are even. */
const usuallyEven = 0.1;
/** Nothing smaller than the tenth hottest replica counts as small. */
const topCount = 10;
/** Orders under way weigh this much more where the difference between two stores is small. */
const pendingFactor = 2;
const ranked = [['all', 4], ['first', 3], ['first-only', 2], ['second', 1]] as const;

/** The best move that PD would order; undefined where loads are even enough or no single replica makes them more even. */
export function bestMove<T>(problem: HotProblem<T>): HotMove<T> | undefined {
  const { stores, evenBelow = usuallyEven } = problem;
  const even = ([0, 1] as const).map((dim) => deviationOf(stores.map(({ load }) => load[dim])) < evenBelow);
  if (stores.length < 2 || (even[0] && even[1])) return undefined;
  let best: Candidate<T> | undefined;
  for (const from of stores) {
    if (!from.gives) continue;
    const peers = problem.peersOn(from.id);
    const tops = topRates(peers);
    for (const to of stores) {
      if (to === from || !to.takes) continue;
      for (const peer of peers) {
        if (!problem.allows(peer, to.id)) continue;
        const found = judge({ peer, from, to, tops, even, least: problem.leastRates });
        if (found && (!best || isBetter(found, best))) best = found;
      }
    }
  }
  return best;
}

interface Candidate<T> extends HotMove<T> {
  readonly rank: number;
  readonly score: number;
}

function judge<T>(move: { readonly peer: HotPeer<T>; readonly from: HotStore; readonly to: HotStore; readonly tops: Loads; readonly even: readonly boolean[]; readonly least: Loads }): Candidate<T> | undefined {
  const { peer, from, to, tops, even, least } = move;
  if (peer.rates[0] < least[0] && peer.rates[1] < least[1]) return undefined;
  const [first, second] = ([0, 1] as const).map((dim) => scoreOf({ from, to, dim, rate: peer.rates[dim], top: tops[dim], least: least[dim] })) as [number, number];
  const betters = first > 0 ? (second > 0 ? 'all' : second === 0 ? 'first' : 'first-only') : first === 0 && second > 0 ? 'second' : undefined;
  if (betters === undefined || (even[0] && betters.startsWith('first')) || (even[1] && betters === 'second')) return undefined;
  return { peer, from, to, betters, rank: ranked.find(([name]) => name === betters)![1], score: betters === 'second' ? second : first };
}

/** Rank first; then the fuller source and the emptier target; then what reaches balance with least, or comes closest to it with most. */
function isBetter<T>(a: Candidate<T>, b: Candidate<T>): boolean {
  if (a.rank !== b.rank) return a.rank > b.rank;
  const dim = a.betters === 'second' ? 1 : 0;
  if (a.from !== b.from) return a.from.load[dim] > b.from.load[dim];
  if (a.to !== b.to) return a.to.load[dim] < b.to.load[dim];
  if (a.score !== b.score) return a.score > b.score;
  return a.score === 2 ? a.peer.rates[dim] > b.peer.rates[dim] : a.peer.rates[dim] < b.peer.rates[dim];
}

interface Change {
  readonly from: HotStore;
  readonly to: HotStore;
  readonly dim: 0 | 1;
  readonly rate: number;
  readonly top: number;
  readonly least: number;
}

/** How good a move is by one measure: 3 reaches balance, 2 goes towards it, 1 overshoots a little, 0 does no harm, below that it does. */
function scoreOf({ from, to, dim, rate, top, least }: Change): number {
  const [source, target] = [from.load[dim] + Math.min(0, from.pending[dim]), to.load[dim] + Math.max(0, to.pending[dim])];
  const reversed = source < target;
  const [high, low] = reversed ? [target, source] : [source, target];
  const moved = reversed ? -rate : rate;
  const { balanced, near, felt, least: share } = ratios[dim];
  /** What must go from the high to the low store so that they are so far apart, on this side or the other. */
  const [lowEnd, highEnd] = [(ratio: number) => (high * ratio - low) / (1 + ratio), (ratio: number) => (high - low * ratio) / (1 + ratio)];
  if (high * (balanced - mildly.balanced) <= low) return moved >= Math.min(lowEnd(balanced), -least) && moved <= highEnd(balanced) ? 0 : -2;
  const isNear = high * (near - mildly.near) <= low;
  const [reaches, passes] = [lowEnd(balanced), highEnd(balanced)];
  const better = isNear ? reaches : Math.min(reaches * felt, low * share, reversed ? Infinity : top);
  const tooMuch = isNear ? passes : passes + felt * (high - low - passes - better);
  if (moved >= better && moved <= tooMuch) {
    if (rate < least || !isTolerable(from, to, dim) || (isNear && Math.abs(from.pending[dim]) + Math.abs(to.pending[dim]) >= 1)) return 0;
    return moved < reaches ? 2 : moved > passes ? 1 : 3;
  }
  if (moved < better && moved >= (isNear ? Math.min(lowEnd(near), -least) : -least)) return 0;
  return moved > tooMuch && moved <= (isNear ? highEnd(near) : passes + felt * (high - low - passes)) ? -1 : -2;
}

/** Whether the source has more even after what is under way, which counts the more the smaller the difference is. */
function isTolerable(from: HotStore, to: HotStore, dim: 0 | 1): boolean {
  const [source, target] = [from.load[dim], to.load[dim]];
  if (source <= target) return false;
  const weight = 1 + (pendingFactor * source) / (source - target);
  return source - weight * Math.abs(from.pending[dim]) > target + weight * Math.abs(to.pending[dim]);
}

/** The mean of what stores have. */
export const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** The standard deviation as a share of the mean, which need not be worked out again where it is known; 0 where there is nothing. */
export function deviationOf(values: readonly number[], mean = meanOf(values)): number {
  return mean === 0 ? 0 : Math.sqrt(meanOf(values.map((value) => (value / mean - 1) ** 2)));
}

const topRates = <T>(peers: readonly HotPeer<T>[]): Loads => ([0, 1] as const).map((dim) => peers.map(({ rates }) => rates[dim]).sort((a, b) => b - a)[topCount - 1] ?? Infinity) as unknown as Loads;
