import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import { meanMs } from '../metrics/shape.ts';
import { commitShape } from '../store/pipeline.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { isQuorum, type Peer, type Region, type RegionShape, votersOf } from './region.ts';

/** A region as the log shows it, at this moment. */
export const shapeOf = ({ id, startKey, endKey, confVer, version, peers, term, index }: Region): RegionShape => ({ id, startKey, endKey, confVer, version, peers, term, index });

/** What the entries need that a region writes for itself, to change its replicas or its keys: the leader and the majority that any write needs. */
export class OwnEntries {
  readonly #world: World;
  readonly #random: Random;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  /** The store behind a replica, when it can hear its leader. */
  hearer(region: Region, peer: Peer): Store | undefined {
    const [leader, store] = [this.#world.storeOf(region.leader), this.#world.storeOf(peer.storeId)];
    return leader && store && this.#hears(leader, store) ? store : undefined;
  }

  /** The store that leads a region and can commit its entries. */
  leaderOf(region: Region): Store | undefined {
    const leader = this.#world.storeOf(region.leader);
    if (!leader || !this.#answers(leader, leader)) return undefined;
    return isQuorum(region, (storeId) => {
      const store = this.#world.storeOf(storeId);
      return store !== undefined && this.#answers(leader, store);
    }) ? leader : undefined;
  }

  /** As long as any write of this group takes, and a turn of the apply pool. */
  commitMs(region: Region, leader: Store): Millis {
    const followers = region.peers.flatMap((peer) => (peer.storeId === leader.id ? [] : (this.hearer(region, peer) ?? [])));
    const commit = commitShape(leader, followers, votersOf(region));
    return Math.round((commit ? meanMs(commit) : 1) + leader.queue.applyWaitMs + this.#random.between(0.5, 2));
  }

  #hears(leader: Store, store: Store): boolean {
    return store.serving && store.process.state === 'running' && this.#world.links.carries(leader, store);
  }

  /** Whether it hears, writes, and is heard. */
  #answers(leader: Store, store: Store): boolean {
    return this.#hears(leader, store) && !store.host.disk.hung && !this.#world.links.mute(store, leader);
  }
}
