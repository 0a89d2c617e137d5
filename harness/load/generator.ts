import type { Clock, Millis } from '../../src/kernel/clock.ts';
import type { Random } from '../../src/kernel/random.ts';
import type { LoadSpec } from '../clusters/contract.ts';
import type { ClientSecond } from './contract.ts';
import { KeyDraw } from './keys.ts';
import type { Requester } from './requester.ts';
import { SecondCounter } from './second-counter.ts';

/** The generator wakes this often and sends what has become due. */
const wakeMs: Millis = 2;
/** What this program was kept from sending for longer than this is not sent any more: all of it at once would be a load that nobody asked for. */
const overdueMaxMs: Millis = 1_000;
/** More requests than this are not held in memory: further ones end at once as `client_saturated`. */
const inFlightMax = 20_000;

/** Sends requests when they are due, whether or not the earlier ones have been answered, and counts how they end. */
export class Generator {
  readonly #requester: Requester;
  readonly #clock: Clock;
  readonly #keys: KeyDraw;
  readonly #random: Random;
  readonly #counter = new SecondCounter();
  #load: LoadSpec;
  #value: Buffer;
  #large: Buffer | undefined;
  #inFlight = 0;

  constructor(parts: { readonly requester: Requester; readonly clock: Clock; readonly random: Random; readonly load: LoadSpec }) {
    this.#requester = parts.requester;
    this.#clock = parts.clock;
    this.#random = parts.random.fork('kinds');
    this.#keys = new KeyDraw(parts.random);
    this.#load = parts.load;
    this.#value = valueOf(parts.load.valueBytes);
    this.#large = parts.load.large && valueOf(parts.load.large.valueBytes);
  }

  /** From now on requests come like this. */
  set(load: LoadSpec): void {
    this.#load = load;
    this.#value = valueOf(load.valueBytes);
    this.#large = load.large && valueOf(load.large.valueBytes);
  }

  /** Works until the signal comes; tells of each second when it is over. */
  async run(onSecond: (second: ClientSecond) => void, signal: AbortSignal): Promise<void> {
    this.#requester.accompany?.((kind, answer) => this.#counter.beside(kind, answer));
    let lastMs = this.#clock.now();
    let secondMs = floorSecond(lastMs);
    let owed = 0;
    while (!signal.aborted) {
      await this.#clock.sleep(wakeMs, signal).catch(() => {});
      const nowMs = this.#clock.now();
      // Every second is told, also those that passed while this program did not get to run.
      for (; floorSecond(nowMs) > secondMs; secondMs += 1_000) onSecond(this.#counter.take(secondMs, this.#inFlight));
      this.#counter.late(Math.max(0, nowMs - lastMs - wakeMs));
      const sinceMs = Math.max(lastMs, nowMs - overdueMaxMs);
      owed += (this.#load.shape === 'idle' ? 0 : this.#load.ratePerSecond) * ((nowMs - sinceMs) / 1_000);
      const due = Math.floor(owed);
      // What is due between two looks comes at the second one. When that look itself is late, the lateness counts as the client's waiting.
      for (let i = 0; i < due; i++) this.#send(Math.min(nowMs, Math.max(sinceMs + wakeMs + 1, sinceMs + ((nowMs - sinceMs) * (i + 1)) / due)));
      owed -= due;
      lastMs = nowMs;
    }
  }

  #nextValue(): Buffer {
    return this.#large && this.#random.chance(this.#load.large?.share ?? 0) ? this.#large : this.#value;
  }

  #send(dueMs: Millis): void {
    const kind = this.#random.chance(this.#load.reads) ? 'read' : 'write';
    if (this.#inFlight >= inFlightMax) return this.#counter.ended(kind, { code: 'client_saturated', retries: 0 }, 0);
    const key = this.#keys.next(this.#load, kind === 'read' ? 'reads' : 'writes');
    this.#inFlight++;
    void (kind === 'read' ? this.#requester.read(key) : this.#requester.write(key, this.#nextValue())).then((outcome) => {
      this.#inFlight--;
      this.#counter.ended(kind, outcome, Math.max(0, this.#clock.now() - dueMs));
    });
  }
}

const floorSecond = (atMs: Millis): Millis => Math.floor(atMs / 1000) * 1000;

const valueOf = (bytes: number): Buffer => Buffer.alloc(bytes, 'operator-lab ');
