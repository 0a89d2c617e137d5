import type { Peer, Region } from './kvproto.ts';

/** A region as the client remembers it, with the peer that it believes to lead. */
export interface CachedRegion {
  readonly region: Region;
  leader: Peer;
}

/** Regions by key range, in order. A newer one takes the place of every older one that it overlaps. */
export class RegionCache {
  #sorted: CachedRegion[] = [];

  /** The region that holds the key, if it is known. */
  find(key: Buffer): CachedRegion | undefined {
    const index = this.#after(key) - 1;
    const cached = this.#sorted[index];
    return cached && holds(cached.region, key) ? cached : undefined;
  }

  /** Remembers a region; without a known leader its first peer is asked first. */
  put(region: Region, leader: Peer | null): CachedRegion | undefined {
    const first = region.peers.find((peer) => peer.id === leader?.id) ?? region.peers[0];
    if (!first) return undefined;
    const cached = { region, leader: first };
    this.#sorted = [...this.#sorted.filter((other) => !overlap(other.region, region)), cached].sort((a, b) => Buffer.compare(a.region.start_key, b.region.start_key));
    return cached;
  }

  /** Forgets exactly this entry; one that took its place meanwhile stays. */
  drop(cached: CachedRegion): void {
    this.#sorted = this.#sorted.filter((other) => other !== cached);
  }

  /** Everything that is remembered, in order of keys. */
  all(): readonly CachedRegion[] {
    return this.#sorted;
  }

  /** How many regions start at or before the key. */
  #after(key: Buffer): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (Buffer.compare(this.#sorted[middle]!.region.start_key, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** An empty end key is the end of all keys. */
const holds = ({ start_key, end_key }: Region, key: Buffer): boolean => Buffer.compare(start_key, key) <= 0 && (end_key.length === 0 || Buffer.compare(key, end_key) < 0);

const overlap = (a: Region, b: Region): boolean =>
  (a.end_key.length === 0 || Buffer.compare(b.start_key, a.end_key) < 0) && (b.end_key.length === 0 || Buffer.compare(a.start_key, b.end_key) < 0);
