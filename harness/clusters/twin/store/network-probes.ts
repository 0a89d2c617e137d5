import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { RoundTrip } from '../hosts/network.ts';
import { later, latencyMs, type Shape, shareAtLeast, spreads } from '../metrics/shape.ts';
import type { World } from '../world.ts';
import { looksPerRound, NetworkScore } from './network-score.ts';
import { inspectTimeoutMs } from './slow-score.ts';
import type { Store } from './store.ts';

const everyMs: Millis = 100;
/** One inspection of a store covers so many looks. */
const looks = 30;
/** A probe that is out for so long counts against the network; what takes less leaves a sample at most. */
const lateMs: Millis = 1_000;
/** Measured: what a probe that nobody answers has come to when its connection is given up; it is shown again and again from then on. */
const givenUpMs = { cut: { least: 3_150, most: 3_400 }, paused: { least: 2_000, most: 5_100 } } as const;

/** A probe without an answer. */
interface Lost {
  /** For how long it is out. */
  outMs: Millis;
  readonly givenUpMs: Millis;
}

/** A store's probes of the network to each of the others: ten looks a second at how long the newest one takes or is out. */
export class NetworkProbes {
  readonly score = new NetworkScore();
  readonly #lost = new Map<number, Lost>();
  /** The world's revision at an inspection that found every probe answered in time: it is the same again while nothing changes. */
  #quiet: number | undefined;

  /** Its process starts: it knows nothing. */
  reset(): void {
    this.score.reset();
    this.#lost.clear();
    this.#quiet = undefined;
  }

  /** Three seconds of looks at every other store that there is a connection for and that is there. */
  inspect(world: World, store: Store, random: Random): void {
    const impaired = world.stores.some(({ host }) => host.network.impaired);
    if (!impaired && this.#quiet === world.revision) return;
    for (const other of world.links.metBy(store)) {
      if (other.process.state === 'exited' || !other.serving) this.#forget(other);
      else if (other.process.state === 'paused' || !world.links.reaches(store, other)) this.#unanswered(store, other, random);
      else this.#answered(store, other, random);
    }
    this.#quiet = !impaired && this.#lost.size === 0 && this.score.isLeast ? world.revision : undefined;
  }

  #forget({ id }: Store): void {
    this.#lost.delete(id);
    this.score.forget(id);
  }

  #unanswered(store: Store, { id, process }: Store, random: Random): void {
    const span = process.state === 'paused' ? givenUpMs.paused : givenUpMs.cut;
    let lost = this.#lost.get(id);
    // It fell silent at some instant since the last inspection.
    if (!lost) this.#lost.set(id, (lost = { outMs: -random.between(0, looks * everyMs - 1), givenUpMs: random.between(span.least, span.most) }));
    const samples = store.metrics.slowNetworkProbes(store.id, id);
    for (let round = 0; round < looks / looksPerRound; round++) {
      let late = 0;
      for (let look = 0; look < looksPerRound; look++) {
        lost.outMs += everyMs;
        const seenMs = Math.min(lost.outMs, lost.givenUpMs);
        if (seenMs >= inspectTimeoutMs) samples.observe(seenMs / 1_000);
        if (seenMs >= lateMs) late++;
      }
      this.score.round(id, late);
    }
  }

  #answered(store: Store, other: Store, random: Random): void {
    this.#lost.delete(other.id);
    const impaired = store.host.network.impaired || other.host.network.impaired;
    const probe = impaired ? probeShape(store.host.network.roundTripTo(other.host.network)) : undefined;
    const slow = probe ? shareAtLeast(probe, inspectTimeoutMs) : 0;
    // Over a healthy network none is slow, and what comes back in time is forgotten.
    if (probe && slow > 0) store.metrics.slowNetworkProbes(store.id, other.id).observeShape(probe, looks * slow);
    const late = probe ? lateProbes(probe) : { share: 0, looks: 0 };
    for (let round = 0, left = 0; round < looks / looksPerRound; round++) {
      // Whoever waits for an answer probes no more, and sees the same probe late at each look until it is back.
      if (left <= 0 && late.share > 0 && random.chance(1 - (1 - late.share) ** looksPerRound)) left = late.looks;
      this.score.round(other.id, Math.max(0, left));
      left -= looksPerRound;
    }
  }
}

/** Which part of all probes is late, and how often one of them is looked at while it is. */
function lateProbes(probe: Shape): { readonly share: number; readonly looks: number } {
  const share = shareAtLeast(probe, lateMs);
  if (share === 0) return { share, looks: 0 };
  let first = 0;
  while (latencyMs(probe, first) < lateMs) first++;
  return { share, looks: share === 1 ? looksPerRound : 1 + Math.floor((latencyMs(probe, first) - lateMs) / everyMs) };
}

const probeShape = ({ addedMs, baseMs, wait }: RoundTrip): Shape => later({ fixedMs: addedMs, medianMs: baseMs, spread: spreads.queue }, wait);
