import type { Millis } from '../../../../src/kernel/clock.ts';

const tickMs: Millis = 1_000;
/** From this part of a period on ticks are as good as evenly spread: wound around the period, a bell so wide wavers by less than a tenth. */
const evenWidth = 0.35;
/** Those of a bell that stand for all, in standard deviations: the middles of five parts of equal weight. */
const middles = [-1.28, -0.524, 0, 0.524, 1.28];
const steps = 8;

/** The parts of a period, 0 to 1, at which {@link TickPhase.mean} wants to know a number. */
export const tickParts: readonly number[] = Array.from({ length: steps + 1 }, (_, step) => step / steps);

/**
 * Where within a second the ticks of a process lie. All its replicas are made in one moment, and each plans its next tick a second after it came to the one before:
 * so they begin as one, every tick comes a little later than the period says, which moves them past whoever looks each few seconds, and what each of them waited
 * besides drives them apart, with the square root of their number.
 */
export class TickPhase {
  #lastMs: Millis;
  /** Their standard deviation, as a part of a period. */
  #width = 0;

  constructor(bornMs: Millis) {
    this.#lastMs = bornMs;
  }

  /** Whether they are still a bunch. */
  get bunched(): boolean {
    return this.#width < evenWidth;
  }

  /** Goes on to this instant; a thread comes to a tick so late on average, and each time anew. */
  advance(nowMs: Millis, lateMs: Millis): void {
    const ticks = Math.floor((nowMs - this.#lastMs) / (tickMs + lateMs));
    this.#lastMs += ticks * (tickMs + lateMs);
    this.#width = Math.hypot(this.#width, (lateMs * Math.sqrt(ticks)) / tickMs);
  }

  /** The mean over all ticks of what is so much at these parts of a period after one. */
  mean(atParts: readonly number[], nowMs: Millis): number {
    const since = (nowMs - this.#lastMs) / tickMs;
    return middles.reduce((sum, middle) => sum + between(atParts, since + middle * this.#width), 0) / middles.length;
  }
}

/** On the line between the two nearest parts. */
function between(atParts: readonly number[], part: number): number {
  const at = (part - Math.floor(part)) * steps;
  const [low, high] = [atParts[Math.floor(at)] ?? 0, atParts[Math.floor(at) + 1] ?? 0];
  return low + (high - low) * (at - Math.floor(at));
}
