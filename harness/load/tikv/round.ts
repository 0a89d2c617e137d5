import type { Peer } from './kvproto.ts';
import type { CachedRegion } from './region-cache.ts';

/** The Go client's limits: a leader may be asked ten times in a row, any other peer once. */
const leaderAttemptsMax = 10;
/** Peers that point at each other are not believed for ever. */
const hintsMax = 10;

/** Whom one request has asked about one region, and whom it asks next. */
export class Round {
  readonly cached: CachedRegion;
  readonly #attempts = new Map<string, number>();
  readonly #silent = new Set<string>();
  #leaderless = false;
  #hints = 0;

  constructor(cached: CachedRegion) {
    this.cached = cached;
  }

  /** The leader while there is hope, then every other peer once; undefined when everybody was asked in vain. */
  next(): Peer | undefined {
    const { leader, region } = this.cached;
    const hopeful = !this.#leaderless && !this.#silent.has(leader.id) && this.#asked(leader) < leaderAttemptsMax;
    const peer = hopeful ? leader : region.peers.find((each) => each.id !== leader.id && this.#asked(each) === 0);
    if (peer) this.#attempts.set(peer.id, this.#asked(peer) + 1);
    return peer;
  }

  /** No answer came from this peer. */
  unreachable(peer: Peer): void {
    this.#silent.add(peer.id);
  }

  /** The leader says that it is none, and knows nobody else. */
  leaderless(): void {
    this.#leaderless = true;
  }

  /** A peer names another as the leader. False when that is of no help: it is no peer, or has been named too often. One that did not answer is not asked again. */
  pointedTo(named: Peer): boolean {
    const leader = this.cached.region.peers.find((peer) => peer.id === named.id);
    if (!leader || ++this.#hints > hintsMax) return false;
    if (this.#silent.has(leader.id)) return true;
    this.cached.leader = leader;
    this.#leaderless = false;
    this.#attempts.set(leader.id, Math.min(this.#asked(leader), leaderAttemptsMax - 1));
    return true;
  }

  #asked(peer: Peer): number {
    return this.#attempts.get(peer.id) ?? 0;
  }
}
