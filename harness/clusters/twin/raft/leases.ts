import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Engine } from '../engine.ts';
import type { Region } from './region.ts';

/** `raft-store-max-leader-lease`: for so long after a majority heard it last a leader answers reads by itself. */
export const maxLeaseMs: Millis = 9_000;

/** A leader that no majority hears, and since when. */
interface Lapse {
  readonly leader: number;
  readonly sinceMs: Millis;
}

/**
 * Leases of leaders. Writes renew them all the time, so one runs from the moment at which the majority is lost; from its end on
 * a read needs a majority as a write does (read index), and waits for one.
 */
export class Leases {
  readonly #engine: Engine;
  readonly #onEnd: (leader: number) => void;
  readonly #lapses = new Map<Region, Lapse>();
  /** The last end that is planned, by leader: thousands of its regions lose their majority at once. */
  readonly #planned = new Map<number, Millis>();

  /** `onEnd` hears of a leader whose leases end now. */
  constructor(engine: Engine, onEnd: (leader: number) => void) {
    this.#engine = engine;
    this.#onEnd = onEnd;
  }

  /** A majority hears this region's leader. */
  renew(region: Region): void {
    if (this.#lapses.size > 0) this.#lapses.delete(region);
  }

  /** No majority hears this region's leader; answers whether its lease still holds. */
  outlasts(region: Region, leader: number): boolean {
    const { nowMs } = this.#engine;
    let lapse = this.#lapses.get(region);
    if (lapse?.leader !== leader) {
      this.#lapses.set(region, (lapse = { leader, sinceMs: nowMs }));
      this.#planEnd(leader, nowMs + maxLeaseMs);
    }
    return nowMs < lapse.sinceMs + maxLeaseMs;
  }

  #planEnd(leader: number, atMs: Millis): void {
    if (this.#planned.get(leader) === atMs) return;
    this.#planned.set(leader, atMs);
    this.#engine.at(atMs, () => this.#onEnd(leader));
  }
}
