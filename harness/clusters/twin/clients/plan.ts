import { type Region, quorumOf } from '../raft/region.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { shareOf } from './shares.ts';

/** Regions that are served alike: one leader, the same followers in reach. */
export interface RouteGroup {
  readonly leader: Store;
  readonly followerIds: readonly number[];
  /** Their part of all reads and of all writes. */
  readShare: number;
  writeShare: number;
}

/** A region whose requests wait: all of them without a leader, only writes without a majority. */
export interface Stalled {
  readonly region: Region;
  readonly reads: boolean;
}

/** Where the requests go while leaders, connections and processes stay as they are. */
export interface Plan {
  readonly groups: readonly RouteGroup[];
  readonly stalled: readonly Stalled[];
}

/** Whether a store answers anybody. */
export const isAwake = (store: Store): boolean => store.serving && store.process.state === 'running';

/** Makes the plan for the world as it is now. */
export function planRoutes(world: World): Plan {
  const groups = new Map<string, RouteGroup>();
  const stalled: Stalled[] = [];
  const shares = { load: world.traffic.load, regions: world.regions };
  for (const region of world.regions) {
    const leader = world.storeOf(region.leader);
    if (!leader || !isAwake(leader) || leader.host.network.isCut('clients')) {
      stalled.push({ region, reads: true });
      continue;
    }
    const followerIds = region.peers.map((peer) => peer.storeId).filter((id) => id !== leader.id && follows(world, leader, id));
    // A leader whose own log hangs proposes nothing, however many followers would have it.
    const quorate = !leader.host.disk.hung && followerIds.length + 1 >= quorumOf(region);
    if (!quorate) stalled.push({ region, reads: false });
    const key = `${leader.id}:${followerIds.join(',')}`;
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { leader, followerIds, readShare: 0, writeShare: 0 }));
    group.readShare += shareOf(region, 'reads', shares);
    if (quorate) group.writeShare += shareOf(region, 'writes', shares);
  }
  return { groups: [...groups.values()], stalled };
}

function follows(world: World, leader: Store, id: number): boolean {
  const follower = world.storeOf(id);
  return follower !== undefined && isAwake(follower) && !follower.host.disk.hung && world.links.carries(leader, follower);
}
