import type { Random } from '../../../../src/kernel/random.ts';
import { arrivals } from '../noise.ts';
import type { Region } from '../raft/region.ts';
import type { World } from '../world.ts';
import { isAwake } from './plan.ts';
import { countRefused } from './retries.ts';

/** How many requests a second go to one region. */
type RateOf = (region: Region) => { readonly reads: number; readonly writes: number };

/**
 * The clients' cache of regions. Where a leader handed over, the next request still goes to the old one, which says that it does
 * not lead; from then on all know (recordings/tikv-evict-leader: 28 such answers for 35 regions). Who waits for a region asks all
 * its replicas anyway.
 */
export class RegionCache {
  readonly #world: World;
  readonly #random: Random;
  /** Who leads as the clients believe, where that is not so any more. */
  readonly #stale = new Map<Region, number>();

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork('region-cache');
  }

  /** Takes note of hand-overs since this was called last; those of regions that nobody could reach surprise nobody. */
  note(isStalled: (region: Region) => boolean): void {
    for (const [region, before] of this.#world.index.takeMoved()) {
      if (isStalled(region)) this.#stale.delete(region);
      else if (!this.#stale.has(region)) this.#stale.set(region, before);
    }
  }

  /** A region that is no more. */
  forget(region: Region): void {
    this.#stale.delete(region);
  }

  /** The first request to each such region within this time finds out. */
  ask(rateOf: RateOf, spanSeconds: number): void {
    for (const [region, believed] of this.#stale) {
      const { reads, writes } = rateOf(region);
      if (reads + writes > 0 && arrivals(this.#random, (reads + writes) * spanSeconds) === 0) continue;
      this.#stale.delete(region);
      if (reads + writes > 0) this.#tell(region, believed, reads / (reads + writes));
    }
  }

  #tell(region: Region, believed: number, readShare: number): void {
    const asked = this.#world.storeOf(believed);
    if (!asked || believed === region.leader || !isAwake(asked) || asked.host.network.isCut('clients')) return;
    countRefused(asked, this.#random.unit() < readShare ? { reads: 1, writes: 0 } : { reads: 0, writes: 1 });
  }
}
