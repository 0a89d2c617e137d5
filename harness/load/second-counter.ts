import type { Millis } from '../../src/kernel/clock.ts';
import type { ClientSecond, KindSecond } from './contract.ts';
import type { Outcome } from './requester.ts';

/** A program on a busy machine is always a little late. */
const worthTellingMs: Millis = 50;

interface Counted {
  readonly tookMs: number[];
  failed: number;
}

/** Gathers what ends within one second and makes a {@link ClientSecond} of it. */
export class SecondCounter {
  #errors = new Map<string, number>();
  #retries = 0;
  #lateMs: Millis = 0;
  #main = new Map<string, Counted>();
  #side = new Map<string, Counted>();

  /** A read or a write has ended, so long after it was due. */
  ended(kind: 'read' | 'write', { code, retries }: Outcome, tookMs: Millis): void {
    this.#retries += retries;
    if (code !== 'ok') this.#errors.set(code, (this.#errors.get(code) ?? 0) + 1);
    count(this.#main, kind, { ok: code === 'ok', tookMs });
  }

  /** Something beside the requests was answered or failed. */
  beside(kind: string, answer: { readonly ok: boolean; readonly tookMs: Millis }): void {
    count(this.#side, kind, answer);
  }

  /** The generator itself came so much too late. */
  late(lateMs: Millis): void {
    this.#lateMs = Math.max(this.#lateMs, lateMs);
  }

  /** Closes the second and begins the next. */
  take(atMs: Millis, inFlight: number): ClientSecond {
    const took = [...this.#main.values()].flatMap((each) => each.tookMs);
    const kinds = Object.fromEntries([...this.#main, ...this.#side].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, counted]) => [kind, kindSecond(counted)]));
    const second: ClientSecond = {
      atMs, ok: took.length, errors: Object.fromEntries([...this.#errors].sort(([a], [b]) => (a < b ? -1 : 1))), retries: this.#retries, ...quantiles(took), inFlight,
      ...(this.#lateMs >= worthTellingMs && { lateMs: Math.round(this.#lateMs) }), kinds,
    };
    this.#errors = new Map();
    this.#retries = 0;
    this.#lateMs = 0;
    this.#main = new Map();
    this.#side = new Map();
    return second;
  }
}

function count(into: Map<string, Counted>, kind: string, { ok, tookMs }: { readonly ok: boolean; readonly tookMs: Millis }): void {
  let counted = into.get(kind);
  if (!counted) into.set(kind, (counted = { tookMs: [], failed: 0 }));
  if (ok) counted.tookMs.push(tookMs);
  else counted.failed++;
}

const kindSecond = ({ tookMs, failed }: Counted): KindSecond => ({ ok: tookMs.length, failed, ...quantiles(tookMs) });

/** Nearest rank, in hundredths of a millisecond. */
function quantiles(tookMs: readonly number[]): { p50Ms?: Millis; p99Ms?: Millis } {
  if (tookMs.length === 0) return {};
  const sorted = Float64Array.from(tookMs).sort();
  const at = (share: number) => Math.round((sorted[Math.ceil(share * sorted.length) - 1] ?? 0) * 100) / 100;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
