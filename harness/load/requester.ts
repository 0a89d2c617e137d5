import type { Failure } from '../../src/kernel/result.ts';

/** How one request ended, whatever it took. */
export interface Outcome {
  /** `ok`, or why it failed: a gRPC code, or the database's own word for it. */
  readonly code: string;
  /** Attempts beyond the first. */
  readonly retries: number;
}

/** What a stream beside the requests reports each time it got or did not get an answer. */
export type SideReport = (kind: string, answer: { readonly ok: boolean; readonly tookMs: number }) => void;

/** A client of one database, as applications use it: it balances, retries and backs off by itself. */
export interface Requester extends Disposable {
  /** Connects; the failure says what the addresses answered. */
  readonly connect: (withinMs: number) => Promise<Failure | undefined>;
  readonly read: (key: Buffer) => Promise<Outcome>;
  readonly write: (key: Buffer, value: Buffer) => Promise<Outcome>;
  /** Starts what runs beside the requests, e.g. TiKV's stream of timestamps. */
  readonly accompany?: (report: SideReport) => void;
}

/** What each client is made from. */
export interface RequesterOptions {
  readonly endpoints: readonly string[];
  readonly seed: number;
}
