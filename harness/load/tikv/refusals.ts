import type { Backoff, BackoffName } from './backoff.ts';
import { refusalOf, type Peer, type Refusal, type RegionError } from './kvproto.ts';
import type { RegionCache } from './region-cache.ts';
import type { Round } from './round.ts';
import type { Stores } from './stores.ts';

interface Met {
  readonly round: Round;
  readonly peer: Peer;
  readonly backoff: Backoff;
}

/** Refusals after which what is remembered of the region is wrong. */
const forgetful: ReadonlySet<Refusal> = new Set(['region_not_found', 'key_not_in_region', 'store_not_match', 'RecoveryInProgress', 'region_error']);

/** Which wait follows. */
const waits: Partial<Record<Refusal, BackoffName>> = {
  server_is_busy: 'tikvServerBusy', stale_command: 'staleCommand', disk_full: 'tikvDiskFull', RecoveryInProgress: 'recoveryInProgress',
  read_index_not_ready: 'regionScheduling', proposal_in_merging_mode: 'regionScheduling', region_not_initialized: 'regionNotInitialized',
};

/** What a client does about a store's refusal: believe a new leader, learn a new region, forget an old one, wait. */
export class Refusals {
  readonly #cache: RegionCache;
  readonly #stores: Stores;

  constructor({ cache, stores }: { readonly cache: RegionCache; readonly stores: Stores }) {
    this.#cache = cache;
    this.#stores = stores;
  }

  /** The code with which the request ends, or undefined when it is to be made again. */
  async meet(error: RegionError, { round, peer, backoff }: Met): Promise<string | undefined> {
    const kind = refusalOf(error);
    if (kind === 'raft_entry_too_large') return kind;
    if (kind === 'not_leader') return this.#notLeader(error.not_leader?.leader ?? null, { round, peer, backoff });
    if (kind === 'epoch_not_match') return this.#newEpoch(error, { round, peer, backoff });
    if (forgetful.has(kind)) this.#cache.drop(round.cached);
    if (kind === 'store_not_match') this.#stores.doubt(peer.store_id);
    return (await backoff.wait(waits[kind] ?? 'regionMiss')) ? undefined : kind;
  }

  /** A named leader is asked at once; where nobody leads, an election is under way. */
  async #notLeader(named: Peer | null, { round, peer, backoff }: Met): Promise<string | undefined> {
    if (named && named.id !== '0') {
      if (round.pointedTo(named)) return undefined;
      this.#cache.drop(round.cached);
    } else if (peer === round.cached.leader) round.leaderless();
    return (await backoff.wait('regionScheduling')) ? undefined : 'not_leader';
  }

  /** The store tells how the region was split or merged; an empty answer means that it does not know either. */
  async #newEpoch(error: RegionError, { round, peer, backoff }: Met): Promise<string | undefined> {
    const now = error.epoch_not_match?.current_regions ?? [];
    this.#cache.drop(round.cached);
    // The store that answered led the old region, so it most likely leads its parts.
    for (const region of now) this.#cache.put(region, region.peers.find((each) => each.store_id === peer.store_id) ?? null);
    return now.length > 0 || (await backoff.wait('regionMiss')) ? undefined : 'epoch_not_match';
  }
}
