import { assert } from '../../../../src/kernel/assert.ts';
import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Engine } from '../engine.ts';

interface Due<T> {
  readonly phaseMs: Millis;
  /** What joins at an instant of its own phase is due a period later, and what is planned for that instant still comes. */
  readonly fromMs: Millis;
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
    for (const { item, firstMs } of items) {
      const fromMs = this.#engine.nowMs + Math.round(firstMs);
      this.#due.push({ item, fromMs, phaseMs: this.#phaseAt(fromMs) });
    }
    this.#due.sort((a, b) => a.phaseMs - b.phaseMs);
    this.#find();
  }

  /** Takes a thing out. */
  remove(item: T): void {
    const at = this.#due.findIndex((due) => due.item === item);
    if (at >= 0) this.#due.splice(at, 1);
    this.#find();
  }

  /** Plans for the first that is due after this instant; what is planned for this instant itself still comes, and plans anew. */
  #find(): void {
    const nowMs = this.#engine.nowMs;
    if (this.#plannedMs === nowMs) return;
    const phaseMs = this.#phaseAt(nowMs);
    const next = this.#due[this.#behind(phaseMs)] ?? this.#due[0];
    const atMs = next ? nowMs + ((next.phaseMs - phaseMs + this.#periodMs) % this.#periodMs || this.#periodMs) : Infinity;
    if (atMs === this.#plannedMs) return;
    this.#plannedMs = atMs;
    if (next) this.#engine.at(atMs, () => this.#run(atMs));
  }

  #run(atMs: Millis): void {
    if (atMs !== this.#plannedMs) return;
    const phaseMs = this.#phaseAt(atMs);
    for (const { item, fromMs } of this.#due.slice(this.#behind(phaseMs - 1), this.#behind(phaseMs))) {
      if (fromMs <= atMs) this.#act(item);
    }
    this.#plannedMs = -1;
    this.#find();
  }

  #phaseAt(atMs: Millis): Millis {
    return (atMs - this.#beganMs) % this.#periodMs;
  }

  /** How many have a phase up to this one. */
  #behind(phaseMs: Millis): number {
    let low = 0;
    let high = this.#due.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#due[middle] as Due<T>).phaseMs <= phaseMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
