import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Entry } from '../journal.ts';
import type { DiskUsage } from '../store/space.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { raftThread } from './log-lines.ts';
import { isQuorum, type Peer, peerOn, type Region } from './region.ts';

/** A store's next message to each leader carries what it thinks of its disk: measured within 0.4 s. */
const heardWithinMs: Millis = 400;
/** Measured: two seconds after it took over. */
const heirHearsMs: Millis = 2_200;

const heardLine = (region: Region, leader: Peer, { from, to }: { readonly from: string; readonly to: string }): Entry => ({
  source: 'peer.rs:2687', message: `reported disk usage changes ${from} -> ${to}`, fields: [['peer_id', leader.id], ['region_id', region.id], ['thread_id', raftThread(region)]],
});

/** Whom a leader sends entries: nobody whose disk has hardly room, as long as the others are a majority with it (measured: from AlmostFull on). */
export function withRoom(world: World, region: Region, { leader, followerIds }: { readonly leader: Store; readonly followerIds: readonly number[] }): readonly number[] {
  const fit = followerIds.filter((id) => world.storeOf(id)?.space.usage === 'Normal');
  return fit.length < followerIds.length && isQuorum(region, (id) => id === leader.id || fit.includes(id)) ? fit : followerIds;
}

/** What replicas tell each other of full disks: each message says how full the sender's store is, and a leader on a full one gives way. */
export class FullDisks {
  readonly #world: World;
  readonly #random;
  readonly #toHear = new Set<Region>();

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork('full-disks');
  }

  /** A store changed its mind about its disk: the leaders elsewhere hear of it with the next message of each replica. */
  spread(store: Store, before: DiskUsage): void {
    const [from, to] = [before === 'Normal' ? 'None' : `Some(${before})`, store.space.usage];
    for (const region of this.#world.index.of(store.id).held.items) {
      const leader = this.#world.storeOf(region.leader);
      const peer = leader && peerOn(region, leader.id);
      if (!leader || !peer || leader === store || region.hibernated) continue;
      leader.process.after(this.#random.between(5, heardWithinMs), () => {
        if (this.#world.links.carries(store, leader)) leader.log(heardLine(region, peer, { from, to }));
      });
    }
  }

  /** A write came to a leader that may not take it: it hands over to a replica whose disk has room. Measured: all to one store. */
  giveWay(region: Region): void {
    const fit = region.peers.map((peer) => peer.storeId).filter((id) => id !== region.leader && this.#world.storeOf(id)?.space.refusesWrites === false);
    if (fit.length === 0) return;
    const [full, heir] = [this.#world.storeOf(region.leader), this.#world.storeOf(Math.min(...fit))] as const;
    this.#world.raft.handOver.byItself(region, Math.min(...fit));
    if (full && heir && !this.#toHear.has(region)) this.#hearLater(region, full, heir);
  }

  /** A new leader knows nothing of the disks of its followers until they tell it. */
  #hearLater(region: Region, full: Store, heir: Store): void {
    this.#toHear.add(region);
    this.#world.engine.after(heirHearsMs, () => {
      this.#toHear.delete(region);
      const peer = peerOn(region, heir.id);
      if (region.leader === heir.id && peer && full.space.refusesWrites && this.#world.links.carries(full, heir)) heir.log(heardLine(region, peer, { from: 'None', to: full.space.usage }));
    });
  }
}
