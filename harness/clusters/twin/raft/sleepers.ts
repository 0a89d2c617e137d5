import { isAwake } from '../clients/plan.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { followerAwake, followerAwakeAt, leaderAwake } from './dozing.ts';
import { withRoom } from './full-disks.ts';
import type { Region } from './region.ts';

/** How a follower stands to the store that leads it. */
type Hears = 'its leader' | 'nothing yet' | 'that it is gone';

/** The share of its time that a replica is awake, or of what wakes a follower again and again: entries, and its leader for a share of its time. */
type Sleep = number | { readonly entriesPerSecond: number; readonly leaderShare: number };

/** The share of its time that a replica is awake; or of those of its kind at so much of a tick (0 to 1) after their own. */
export function awakeShare(sleep: Sleep, part?: number): number {
  if (typeof sleep === 'number') return sleep;
  const { entriesPerSecond, leaderShare } = sleep;
  return part === undefined ? followerAwake(entriesPerSecond, leaderShare) : followerAwakeAt(part, entriesPerSecond, leaderShare);
}

/** How the replicas of one store sleep, as things stand at this instant. */
export class Sleepers {
  readonly #world: World;
  readonly #store: Store;
  readonly #heard = new Map<number, Hears>();

  constructor(world: World, store: Store) {
    this.#world = world;
    this.#store = store;
  }

  of(region: Region): Sleep {
    if (region.leader === this.#store.id) return this.#leaderShare(region);
    const leader = this.#world.storeOf(region.leader);
    if (!leader) return region.hibernated ? 0 : 1;
    const heard = this.#hears(leader);
    if (heard !== 'its leader') return heard === 'nothing yet' || region.hibernated ? 0 : 1;
    return { entriesPerSecond: this.#takesEntries(region, leader) ? this.#world.traffic.writesPerSecond(region) : 0, leaderShare: this.#leaderShare(region) };
  }

  #leaderShare(region: Region): number {
    if (this.#world.hibernation.isRoused(region)) return 1;
    const { traffic } = this.#world;
    return leaderAwake(traffic.readsPerSecond(region) + traffic.writesPerSecond(region));
  }

  /** Whether its leader sends it what clients write: not while they wait, not to a disk that hangs, and not where there is hardly room. */
  #takesEntries(region: Region, leader: Store): boolean {
    const store = this.#store;
    if (store.host.disk.hung || this.#world.traffic.routes.isStalled(region)) return false;
    const followerIds = () => region.peers.map(({ storeId }) => storeId).filter((id) => id !== leader.id);
    return store.space.usage === 'Normal' || withRoom(this.#world, region, { leader, followerIds: followerIds() }).includes(store.id);
  }

  #hears(leader: Store): Hears {
    let heard = this.#heard.get(leader.id);
    if (heard === undefined) this.#heard.set(leader.id, (heard = this.#look(leader)));
    return heard;
  }

  #look(leader: Store): Hears {
    const { links } = this.#world;
    if (isAwake(leader) && links.carries(leader, this.#store)) return 'its leader';
    return links.connected(this.#store, leader) ? 'nothing yet' : 'that it is gone';
  }
}
