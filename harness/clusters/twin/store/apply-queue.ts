import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Wait } from '../metrics/waits.ts';

/** What came in one tick. */
interface Cohort {
  /** Writes that the store itself answers, and the bytes of all entries, also of those that it follows. */
  writes: number;
  bytes: number;
  readonly atMs: Millis;
}

/** Writes of one age. */
interface Part {
  readonly writes: number;
  readonly ageMs: Millis;
}

/** Writes that are applied and answered in a tick. */
export interface Applied {
  readonly writes: number;
  /** Of those that came before this tick. */
  readonly wait: Wait | undefined;
}

/** Committed entries that wait to be applied, oldest first. */
export class ApplyQueue {
  #cohorts: Cohort[] = [];

  /** Bytes that wait. */
  get bytes(): number {
    return this.#cohorts.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Writes that wait for their answer. */
  get writes(): number {
    return this.#cohorts.reduce((sum, { writes }) => sum + writes, 0);
  }

  /** Nothing waits any more. */
  clear(): void {
    this.#cohorts = [];
  }

  push(cohort: Cohort): void {
    this.#cohorts.push({ ...cohort });
  }

  /** Takes so many bytes, those that have waited longest first. */
  take(bytes: number, nowMs: Millis): Applied {
    const parts: Part[] = [];
    let left = bytes;
    for (let first = this.#cohorts[0]; first; first = this.#cohorts[0]) {
      const part = first.bytes <= left ? 1 : left / first.bytes;
      if (first.writes * part > 0) parts.push({ writes: first.writes * part, ageMs: nowMs - first.atMs });
      left -= first.bytes * part;
      if (part < 1) {
        first.writes *= 1 - part;
        first.bytes *= 1 - part;
        break;
      }
      this.#cohorts.shift();
    }
    return { writes: parts.reduce((sum, { writes }) => sum + writes, 0), wait: waitOf(parts) };
  }
}

/** Each waited for as long as it was there; whoever came in this tick did not. */
function waitOf(parts: readonly Part[]): Wait | undefined {
  const [all, held] = [sumOf(parts), parts.filter(({ ageMs }) => ageMs > 0)];
  const count = sumOf(held);
  if (count === 0) return undefined;
  const msAt = (rank: number): Millis => {
    let above = count * (1 - rank);
    return held.find(({ writes }) => (above -= writes) <= 0)?.ageMs ?? 0;
  };
  return { share: count / all, meanMs: held.reduce((sum, { writes, ageMs }) => sum + writes * ageMs, 0) / count, msAt };
}

const sumOf = (parts: readonly Part[]): number => parts.reduce((sum, { writes }) => sum + writes, 0);
