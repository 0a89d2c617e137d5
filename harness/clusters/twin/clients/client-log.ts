import type { Millis } from '../../../../src/kernel/clock.ts';

/** What the clients felt in one second. */
export interface ClientSecond {
  readonly atMs: Millis;
  readonly ops: number;
  readonly inFlight: number;
  readonly p99Ms: number;
  readonly slowestMs: number;
}

/** The clients' own record. An operator does not see it; the laboratory may keep it beside a run. */
export class ClientLog {
  readonly seconds: ClientSecond[] = [];
  #current: { second: number; ops: number; inFlight: number; p99Ms: number; slowestMs: number; late: number } | undefined;

  /** Requests that were answered after waiting for a leader. */
  late(requests: number, waitedMs: Millis): void {
    if (!this.#current || requests <= 0) return;
    this.#current.late += requests;
    this.#current.slowestMs = Math.max(this.#current.slowestMs, Math.round(waitedMs));
  }

  /** Adds a tick; a new second closes the one before. */
  tick(tick: { readonly atMs: Millis; readonly ops: number; readonly inFlight: number; readonly p99Ms: number }): void {
    const second = Math.floor(tick.atMs / 1000);
    if (this.#current && this.#current.second !== second) this.#close();
    this.#current ??= { second, ops: 0, inFlight: 0, p99Ms: 0, slowestMs: 0, late: 0 };
    const current = this.#current;
    current.ops += tick.ops;
    current.inFlight = tick.inFlight;
    current.p99Ms = Math.max(current.p99Ms, tick.p99Ms);
  }

  #close(): void {
    const current = this.#current;
    if (!current) return;
    const waited = current.late > current.ops / 100;
    this.seconds.push({
      atMs: current.second * 1000, ops: current.ops, inFlight: current.inFlight,
      p99Ms: waited ? current.slowestMs : current.p99Ms, slowestMs: Math.max(current.p99Ms, current.slowestMs),
    });
    this.#current = undefined;
  }
}
