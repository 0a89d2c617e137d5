import type { LoadSpec } from '../../contract.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { toldByHeartbeat } from './dozing.ts';

/** How a store's replicas learn that an entry is committed, besides from the next one. */
export interface CommitNews {
  /** Of the entries that it follows, the share that a heartbeat tells it of. */
  readonly byHeartbeat: number;
  /** Entries a second of the region that it leads, as an entry meets it: what comes so fast brings the news of the one before along. */
  readonly ledPerSecond: number;
}

interface Known {
  readonly news: CommitNews;
  readonly changes: number;
  readonly load: LoadSpec;
}

/** That of every store, which follows from the rates of its regions; reckoned anew when a leader, a replica or the load changed. */
export class CommitNewsBook {
  readonly #world: World;
  readonly #known = new Map<number, Known>();

  constructor(world: World) {
    this.#world = world;
  }

  of(store: Store): CommitNews {
    const { changes } = this.#world.index.of(store.id);
    const { load } = this.#world.traffic;
    const known = this.#known.get(store.id);
    if (known?.changes === changes && known.load === load) return known.news;
    const news = this.#reckon(store);
    this.#known.set(store.id, { news, changes, load });
    return news;
  }

  #reckon(store: Store): CommitNews {
    let [led, crowd, followed, late] = [0, 0, 0, 0];
    for (const region of this.#world.index.of(store.id).held.items) {
      const entries = this.#world.traffic.writesPerSecond(region);
      if (region.leader === store.id) {
        led += entries;
        crowd += entries * entries;
      } else {
        followed += entries;
        late += entries * toldByHeartbeat(entries);
      }
    }
    return { byHeartbeat: followed > 0 ? late / followed : 0, ledPerSecond: led > 0 ? crowd / led : 0 };
  }
}
