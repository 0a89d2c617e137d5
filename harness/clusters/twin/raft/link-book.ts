import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Store } from '../store/store.ts';

/** One store's connection to another. */
export interface Link {
  /** It was dialled at least once. */
  met: boolean;
  connected: boolean;
  tries: number;
  brokenMs: Millis;
  /** When it was opened last. */
  joinedMs: Millis;
  /** Since it broke a channel to the other's address was opened. */
  channel: boolean;
  /** Messages that wait until PD tells the other's address. */
  waiting: number;
  /** It broke while the opposite one went on. */
  alone?: boolean;
}

/** Every connection that there is or was between two stores. */
export class LinkBook {
  readonly #links = new Map<number, Link>();
  #met = 0;
  #open = 0;

  /** Whether all that were ever dialled are connected. */
  get allConnected(): boolean {
    return this.#open === this.#met;
  }

  of(from: Store, to: Store): Link {
    const key = from.id * 100_000 + to.id;
    let link = this.#links.get(key);
    if (!link) this.#links.set(key, (link = { met: false, connected: false, tries: 0, brokenMs: 0, joinedMs: 0, channel: false, waiting: 0 }));
    return link;
  }

  /** It is dialled, for the first time or again. */
  meet(link: Link): void {
    if (!link.met) this.#met++;
    link.met = true;
  }

  join(link: Link, nowMs: Millis): void {
    this.meet(link);
    if (!link.connected) this.#open++;
    Object.assign(link, { connected: true, joinedMs: nowMs, waiting: 0 });
  }

  sever(link: Link, brokenMs: Millis): void {
    if (link.connected) this.#open--;
    Object.assign(link, { connected: false, tries: 0, brokenMs, channel: false, waiting: 0 });
  }
}
