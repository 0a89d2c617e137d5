import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Engine } from '../engine.ts';

/** What another program takes of a machine. */
export interface Appetite {
  /** Cores that it keeps busy. */
  readonly cores: number;
  /** Its part of the disk's bandwidth, 0 to 1. */
  readonly diskShare: number;
}

const none: Appetite = { cores: 0, diskShare: 0 };

/** Whoever else lives on a machine: what it takes now, and what it has taken so far. */
export class Neighbour {
  readonly #engine: Engine;
  #takes = none;
  #sinceMs: Millis = 0;
  #coreSeconds = 0;
  #diskSeconds = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get takes(): Appetite {
    return this.#takes;
  }

  /** From now on it takes this; nothing at all by default. */
  take(appetite: Appetite = none): void {
    this.#book();
    this.#takes = appetite;
  }

  /** Core-seconds that it has used. */
  get coreSeconds(): number {
    this.#book();
    return this.#coreSeconds;
  }

  /** Seconds for which it would have kept the disk busy by itself. */
  get diskSeconds(): number {
    this.#book();
    return this.#diskSeconds;
  }

  #book(): void {
    const seconds = (this.#engine.nowMs - this.#sinceMs) / 1_000;
    this.#sinceMs = this.#engine.nowMs;
    this.#coreSeconds += seconds * this.#takes.cores;
    this.#diskSeconds += seconds * this.#takes.diskShare;
  }
}
