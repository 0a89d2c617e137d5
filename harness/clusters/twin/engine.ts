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

  constructor(startMs: Millis) {
    this.#nowMs = startMs;
  }

  get nowMs(): Millis {
    return this.#nowMs;
  }

  /** Plans `act` for an instant; an instant in the past means now. */
  at(atMs: Millis, act: () => void): void {
    const heap = this.#heap;
    heap.push({ atMs: Math.max(Math.round(atMs), this.#nowMs), order: this.#order++, act });
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfEarlier(child, parent)) break;
      child = parent;
    }
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
    for (let next = this.#heap[0]; next !== undefined && next.atMs <= toMs; next = this.#heap[0]) {
      this.#removeFirst();
      this.#nowMs = next.atMs;
      next.act();
    }
    this.#nowMs = Math.max(this.#nowMs, toMs);
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      if (left >= heap.length) return;
      const earliest = left + 1 < heap.length && this.#isEarlier(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfEarlier(earliest, parent)) return;
      parent = earliest;
    }
  }

  #isEarlier(a: number, b: number): boolean {
    const one = this.#heap[a] as Entry;
    const other = this.#heap[b] as Entry;
    return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    if (!this.#isEarlier(child, parent)) return false;
    const heap = this.#heap;
    [heap[child], heap[parent]] = [heap[parent] as Entry, heap[child] as Entry];
    return true;
  }
}
