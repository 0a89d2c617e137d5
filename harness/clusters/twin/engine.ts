import { assert } from '../../../src/kernel/assert.ts';
import type { Millis } from '../../../src/kernel/clock.ts';

interface Entry {
  readonly atMs: Millis;
  readonly order: number;
  readonly act: () => void;
}

/**
 * The world's calendar: what happens next, in order of time and then of planning. Synchronous, so that two runs
 * with one seed do the same things in the same order. A binary heap, because thousands of entries wait at once.
 */
export class Engine {
  #nowMs: Millis;
  #order = 0;
  readonly #heap: Entry[] = [];
  /** The first entry happened: what is planned next takes its place, which is most often its own next time. */
  #firstIsGone = false;

  constructor(startMs: Millis) {
    this.#nowMs = startMs;
  }

  get nowMs(): Millis {
    return this.#nowMs;
  }

  /** Plans `act` for an instant; an instant in the past means now. */
  at(atMs: Millis, act: () => void): void {
    const entry = { atMs: Math.max(Math.round(atMs), this.#nowMs), order: this.#order++, act };
    if (!this.#firstIsGone) return this.#putLast(entry);
    this.#firstIsGone = false;
    this.#putFirst(entry);
  }

  /** Plans `act` for `spanMs` from now. */
  after(spanMs: Millis, act: () => void): void {
    this.at(this.#nowMs + spanMs, act);
  }

  /** Plans `act` for every period, first after `firstMs`. */
  every(periodMs: Millis, firstMs: Millis, act: () => void): void {
    assert(periodMs >= 1, 'a period lasts at least a millisecond');
    const again = () => {
      act();
      this.after(periodMs, again);
    };
    this.after(firstMs, again);
  }

  /** Lets the world live up to and including `toMs`. */
  runTo(toMs: Millis): void {
    for (let next = this.#next(toMs); next; next = this.#next(toMs)) {
      this.#nowMs = next.atMs;
      this.#firstIsGone = true;
      next.act();
    }
    this.#nowMs = Math.max(this.#nowMs, toMs);
  }

  #next(toMs: Millis): Entry | undefined {
    const heap = this.#heap;
    if (this.#firstIsGone) {
      this.#firstIsGone = false;
      const last = heap.pop();
      if (last && heap.length > 0) this.#putFirst(last);
    }
    return heap[0] && heap[0].atMs <= toMs ? heap[0] : undefined;
  }

  /** Sinks from the root to where it belongs. */
  #putFirst(entry: Entry): void {
    const heap = this.#heap;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && isEarlier(heap[child + 1] as Entry, heap[child] as Entry)) child++;
      if (!isEarlier(heap[child] as Entry, entry)) break;
      heap[at] = heap[child] as Entry;
      at = child;
    }
    heap[at] = entry;
  }

  /** Rises from the end to where it belongs. */
  #putLast(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    for (let parent = (at - 1) >> 1; at > 0 && isEarlier(entry, heap[parent] as Entry); parent = (at - 1) >> 1) {
      heap[at] = heap[parent] as Entry;
      at = parent;
    }
    heap[at] = entry;
  }
}

const isEarlier = (one: Entry, other: Entry): boolean => one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
