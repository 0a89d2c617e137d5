import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Region } from '../raft/region.ts';
import { inFlightMax } from './in-flight.ts';

/** Measured: each waiting request was answered `not leader` about four times a second (back-off 2 ms to 500 ms). */
export const retriesPerSecond = 4;
/** Clients that wait for a leader retry with pauses of up to half a second, so they come back over a few ticks. */
const backPerTick = 0.5;

const nobody = { reads: 0, writes: 0 } as const;

interface Waiting {
  reads: number;
  writes: number;
  readonly sinceMs: Millis;
}

/** Requests that came back after waiting. */
export interface Late {
  readonly region: Region;
  readonly reads: number;
  readonly writes: number;
  readonly waitedMs: Millis;
}

/** Requests to regions that do not serve: they are held, retried with back-off, and come all at once. */
export class WaitingRoom {
  readonly #rooms = new Map<Region, Waiting>();
  #inFlight = 0;

  get inFlight(): number {
    return this.#inFlight;
  }

  /** How many wait for this region. */
  of(region: Region): { readonly reads: number; readonly writes: number } {
    return this.#rooms.get(region) ?? nobody;
  }

  enter(region: Region, requests: { readonly reads: number; readonly writes: number }, nowMs: Millis): void {
    if (this.#inFlight >= inFlightMax || requests.reads + requests.writes === 0) return;
    let waiting = this.#rooms.get(region);
    if (!waiting) this.#rooms.set(region, (waiting = { reads: 0, writes: 0, sinceMs: nowMs }));
    waiting.reads += requests.reads;
    waiting.writes += requests.writes;
    this.#inFlight += requests.reads + requests.writes;
  }

  /** Who waited for one region asks another one now. */
  move(from: Region, to: Region): void {
    const waiting = this.#rooms.get(from);
    if (!waiting) return;
    this.#rooms.delete(from);
    const there = this.#rooms.get(to);
    this.#rooms.set(to, there ? { reads: there.reads + waiting.reads, writes: there.writes + waiting.writes, sinceMs: Math.min(there.sinceMs, waiting.sinceMs) } : waiting);
  }

  /** Lets a part of those go whose region serves again. */
  leave(isStalled: (region: Region) => boolean, nowMs: Millis): Late[] {
    const late: Late[] = [];
    for (const [region, waiting] of this.#rooms) {
      if (isStalled(region)) continue;
      const part = waiting.reads + waiting.writes < 1 ? 1 : backPerTick;
      const [reads, writes] = [waiting.reads * part, waiting.writes * part];
      waiting.reads -= reads;
      waiting.writes -= writes;
      this.#inFlight = Math.max(0, this.#inFlight - reads - writes);
      late.push({ region, reads, writes, waitedMs: nowMs - waiting.sinceMs });
      if (part === 1) this.#rooms.delete(region);
    }
    return late;
  }
}
