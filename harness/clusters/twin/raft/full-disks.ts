import type { Millis } from '../../../../src/kernel/clock.ts';
import type { DiskUsage } from '../store/space.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { raftThread } from './log-lines.ts';
import { peerOn, type Region } from './region.ts';

/** A store's next message to each leader carries what it thinks of its disk: measured within 0.4 s. */
const heardWithinMs: Millis = 400;

/** What replicas tell each other of full disks: each message says how full the sender's store is, and a leader on a full one gives way. */
export class FullDisks {
  readonly #world: World;
  readonly #random;

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
        if (this.#world.links.carries(store, leader)) leader.log({
          source: 'peer.rs:2687', message: `reported disk usage changes ${from} -> ${to}`, fields: [['peer_id', peer.id], ['region_id', region.id], ['thread_id', raftThread(region)]],
        });
      });
    }
  }

  /** A write came to a leader that may not take it: it hands over to a replica whose disk has room. Measured: all to one store. */
  giveWay(region: Region): void {
    const fit = region.peers.map((peer) => peer.storeId).filter((id) => id !== region.leader && this.#world.storeOf(id)?.space.refusesWrites === false);
    if (fit.length > 0) this.#world.raft.handOver(region, Math.min(...fit));
  }
}
