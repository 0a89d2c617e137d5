import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Failure } from './pd-client-lines.ts';

/** Between what a span is drawn. */
export interface Span {
  readonly least: Millis;
  readonly most: Millis;
}

/** How a connection to PD's leader ends: its process goes, or nothing is acknowledged any more and TCP gives up. */
export interface Ending {
  readonly failure: Failure;
  /** What those requests say that are made afterwards. */
  readonly after: Failure;
  readonly noticeMs: Span;
  readonly againMs: Millis;
  readonly unsentMs: Span;
  readonly givenUpMs: Span;
  /** How long a watch of the log backup is tried before that is told, and the garbage collector's question after the first time. */
  readonly watchMs: Span;
  readonly safePointAgainMs: Millis;
}

/** Measured in recordings/tikv-pd-leader-kill and tikv-pd-quorum-loss: streams end 12 ms after the process, and are tried again each second. */
export const closed: Ending = {
  failure: 'closed', after: 'refused', noticeMs: { least: 12, most: 13 }, againMs: 1_000, unsentMs: { least: 3_000, most: 8_500 }, givenUpMs: { least: 10_500, most: 11_600 }, watchMs: { least: 7_000, most: 19_500 },
  safePointAgainMs: 17_000,
};
/** Measured in recordings/tikv-partition-full. */
export const timedOut: Ending = {
  failure: 'timedOut', after: 'late', noticeMs: { least: 3_200, most: 3_600 }, againMs: 3_000, unsentMs: { least: 12_000, most: 18_000 }, givenUpMs: { least: 9_000, most: 10_000 }, watchMs: { least: 13_000, most: 28_000 },
  safePointAgainMs: 25_700,
};
