import { assert, defined } from './assert.ts';

/**
 * A tree of reproducible random streams: `fork(name)` gives a stream of its own, so a new draw in one part
 * never disturbs another. The generator is xoshiro128** 1.1 (Blackman and Vigna), seeded through SplitMix32.
 */
export class Random {
  readonly #seed: number;
  readonly #state: Uint32Array;

  private constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#state = new Uint32Array(4);
    let mix = this.#seed;
    for (let i = 0; i < 4; i++) {
      mix = (mix + 0x9e3779b9) >>> 0;
      let word = Math.imul(mix ^ (mix >>> 16), 0x21f0aaad);
      word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
      this.#state[i] = (word ^ (word >>> 15)) >>> 0;
    }
  }

  /** A stream for this whole-number seed. */
  static fromSeed(seed: number): Random {
    assert(Number.isSafeInteger(seed), 'a seed is a whole number');
    return new Random(seed);
  }

  /** An independent stream, the same for the same name. */
  fork(name: string): Random {
    let hash = 0x811c9dc5 ^ this.#seed;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    return new Random(hash >>> 0);
  }

  /** A whole number in 0 .. 2^32 - 1. */
  uint32(): number {
    const s = this.#state as Uint32Array & { 0: number; 1: number; 2: number; 3: number };
    const x = Math.imul(s[1], 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** A number in [0, 1). */
  unit(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** A whole number in 0 .. bound - 1. */
  below(bound: number): number {
    assert(Number.isSafeInteger(bound) && bound > 0, 'below() needs a positive whole bound');
    return Math.floor(this.unit() * bound);
  }

  /** A number in [low, high). */
  between(low: number, high: number): number {
    return low + this.unit() * (high - low);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** One of these, evenly. */
  pick<T>(items: readonly T[]): T {
    assert(items.length > 0, 'nothing to pick from');
    return defined(items[this.below(items.length)], 'picked item');
  }

  /** The same items in a drawn order (Fisher-Yates); the input stays as it is. */
  shuffle<T>(items: readonly T[]): T[] {
    const drawn = [...items];
    for (let i = drawn.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [drawn[i], drawn[j]] = [drawn[j] as T, drawn[i] as T];
    }
    return drawn;
  }
}
