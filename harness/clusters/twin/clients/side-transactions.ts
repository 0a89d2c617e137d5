import type { LogRoute } from '../raft/log-flow.ts';
import type { Region } from '../raft/region.ts';
import type { CommitLoad } from '../store/pipeline.ts';
import type { World } from '../world.ts';
import { inFlightMax } from './in-flight.ts';
import { entriesPerTransaction } from './values.ts';

/** Clients that waited come back over a few ticks, as they do in the waiting room. */
const backPerTick = 0.5;

/**
 * Transactions that clients make beside their raw commands. Each reads a key, writes two and commits them (a get, a prewrite and a commit,
 * of which the latter two are entries of the log), with a timestamp from PD before and one after. Their keys begin with `x`, which client-go
 * puts before keys of transactions, so that all are in the last region of the key space. They wait while PD or that region does not serve.
 */
export class SideTransactions {
  readonly #world: World;
  /** The part of a transaction that is due, for they begin at even distances. */
  #due = 0;
  #waiting = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** How many entries a second they make in a region's log. */
  entriesPerSecond(region: Region): number {
    const { shape, transactions = 0 } = this.#world.traffic.load;
    return transactions === 0 || shape === 'idle' || region !== regionOfTransactions(this.#world) ? 0 : transactions * entriesPerTransaction;
  }

  /** Sends one tick's to where the region's entries go. */
  offer(commitsOf: (route: LogRoute) => CommitLoad, spanSeconds: number): void {
    const { shape, transactions = 0 } = this.#world.traffic.load;
    if (transactions === 0 || shape === 'idle') return;
    this.#due += transactions * spanSeconds;
    const came = Math.floor(this.#due);
    this.#due -= came;
    const region = regionOfTransactions(this.#world);
    const { pd, traffic } = this.#world;
    if (!region?.route || traffic.routes.isStalled(region) || !pd.members.serving) {
      this.#waiting = Math.min(this.#waiting + came, inFlightMax);
      return;
    }
    const back = Math.ceil(this.#waiting * backPerTick);
    this.#waiting -= back;
    const entries = (came + back) * entriesPerTransaction;
    const commits = commitsOf(region.route);
    commits.drawn += entries;
    commits.ofTransactions += entries;
    region.flow.writes += entries;
    region.unlogged += entries;
  }
}

/** Where their keys lie. */
export const regionOfTransactions = ({ index }: World): Region | undefined => index.byKey.items.at(-1);
