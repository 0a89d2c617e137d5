import { assert } from '../../../../src/kernel/assert.ts';
import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Engine } from '../engine.ts';

interface Due<T> {
  readonly phaseMs: Millis;
  readonly item: T;
}

/**
 * Things that are due once in every period, each at its own time: as if each had an entry in the calendar, with one entry for
 * all of them.
 */
export class Rounds<T> {
  readonly #engine: Engine;
  readonly #periodMs: Millis;
  readonly #beganMs: Millis;
  readonly #act: (item: T) => void;
  readonly #due: Due<T>[] = [];
  #next = 0;
  #plannedMs: Millis = Infinity;

  constructor(engine: Engine, periodMs: Millis, act: (item: T) => void) {
    assert(periodMs >= 1, 'a period lasts at least a millisecond');
    this.#engine = engine;
    this.#periodMs = periodMs;
    this.#beganMs = engine.nowMs;
    this.#act = act;
  }

  /** Adds things, first due so long from now. */
  add(items: readonly { readonly item: T; readonly firstMs: Millis }[]): void {
    const nowMs = this.#engine.nowMs - this.#beganMs;
    for (const { item, firstMs } of items) this.#due.push({ item, phaseMs: (nowMs + Math.round(firstMs)) % this.#periodMs });
    this.#due.sort((a, b) => a.phaseMs - b.phaseMs);
    this.#find();
  }

  /** Takes a thing out. */
  remove(item: T): void {
    const at = this.#due.findIndex((due) => due.item === item);
    if (at >= 0) this.#due.splice(at, 1);
    this.#find();
  }

  /** The first that is due after this instant. */
  #find(): void {
    const phaseMs = (this.#engine.nowMs - this.#beganMs) % this.#periodMs;
    this.#next = this.#due.findIndex((due) => due.phaseMs > phaseMs);
    if (this.#next < 0) this.#next = 0;
    this.#plan();
  }

  #plan(): void {
    const due = this.#due[this.#next];
    if (!due) return void (this.#plannedMs = Infinity);
    const sinceMs = this.#engine.nowMs - this.#beganMs;
    const inMs = (due.phaseMs - (sinceMs % this.#periodMs) + this.#periodMs) % this.#periodMs || this.#periodMs;
    const atMs = this.#engine.nowMs + inMs;
    if (atMs === this.#plannedMs) return;
    this.#plannedMs = atMs;
    this.#engine.at(atMs, () => this.#run(atMs));
  }

  #run(atMs: Millis): void {
    if (atMs !== this.#plannedMs) return;
    const phaseMs = (atMs - this.#beganMs) % this.#periodMs;
    let end = this.#next;
    while (this.#due[end]?.phaseMs === phaseMs) end++;
    const now = this.#due.slice(this.#next, end);
    this.#next = end === this.#due.length ? 0 : end;
    for (const { item } of now) this.#act(item);
    this.#plan();
  }
}
