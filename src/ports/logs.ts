import type { Millis } from '../kernel/clock.ts';
import type { Result } from '../kernel/result.ts';

/** Severity as the database writes it. */
export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';

/** One log line, parsed only as far as every subject shares. */
export interface LogLine {
  readonly atMs: Millis;
  readonly node: string;
  readonly level: LogLevel;
  /** The message alone, without fields, e.g. `broadcasting unreachable`. */
  readonly message: string;
  /** The whole line as it was written. */
  readonly raw: string;
}

/** Which lines to look for; everything is optional, both ends of the time range are inclusive. */
export interface LogQuery {
  readonly node?: string;
  readonly fromMs?: Millis;
  readonly toMs?: Millis;
  readonly levels?: readonly LogLevel[];
  /** A case-sensitive part of the raw line. */
  readonly contains?: string;
  /** The newest so many; default 200. */
  readonly limit?: number;
}

/** Matching lines in order of time, and how many matched in all (more than `lines` when the limit cut). */
export interface LogAnswer {
  readonly lines: readonly LogLine[];
  readonly matched: number;
}

/** The nodes' logs, up to now. */
export interface LogPort {
  readonly search: (query: LogQuery) => Promise<Result<LogAnswer>>;
}
