import { inFlightMax } from '../clients/in-flight.ts';
import type { Saturation } from '../store/saturation.ts';
import type { LawOf } from './law.ts';

const windowMs = 10_000;
/** Durations are dealt to fourteen points, and a tick's are as long as the tick before let expect. */
const tolerance = 1.15;

/** A turn that is carried from a quick half second into a slow one is booked with the slow one's length. */
const writerTolerance = 1.4;

interface Look {
  readonly atMs: number;
  readonly pids: string;
  readonly admitted: readonly Saturation['admitted'][];
}

const seconds = (histogram: { readonly sumMicros: number }): number => histogram.sumMicros / 1e6;

/**
 * Little's law, L = lambda W: the sum of all durations that end in a second is how many were under way on average. So it is at
 * most one for a thread that does one thing at a time, no more than the cores for what is let in, and for requests what clients hold.
 */
export const littlesLaw: LawOf = (world) => {
  const look = (): Look => ({
    atMs: world.engine.nowMs,
    pids: world.stores.map(({ process }) => `${process.pid}${process.state}`).join(),
    admitted: world.stores.map(({ saturation }) => ({ ...saturation.admitted })),
  });
  let before = look();
  return {
    name: "queues follow Little's law",
    check: () => {
      if (world.engine.nowMs - before.atMs < windowMs) return undefined;
      const [old, now] = [before, look()];
      before = now;
      return lives(world) ?? (old.pids === now.pids ? overfull(world, { old, now }) : undefined);
    },
  };
};

/** A turn or a request that ends now may have begun long ago, so the whole life of a process is looked at. */
function lives(world: Parameters<LawOf>[0]): string | undefined {
  for (const { node, process, metrics } of world.stores) {
    const lifeSeconds = (world.engine.nowMs - process.startedMs) / 1_000;
    const busySeconds = seconds(metrics.raftEngine.write);
    if (busySeconds > Math.max(1, lifeSeconds) * writerTolerance) return `the log writer of ${node} was busy for ${busySeconds.toFixed(1)} of ${lifeSeconds} seconds`;
    const inside = (seconds(metrics.grpc.get) + seconds(metrics.grpc.put)) / Math.max(1, lifeSeconds);
    if (inside > inFlightMax * tolerance) return `${Math.round(inside)} requests were under way on ${node}, and clients hold ${inFlightMax}`;
  }
  return undefined;
}

/** What a store lets in of its own clients' work, unclipped, is never more than its cores can do in that time. */
function overfull(world: Parameters<LawOf>[0], { old, now }: { readonly old: Look; readonly now: Look }): string | undefined {
  for (const [at, { node }] of world.stores.entries()) {
    const gained = (of: keyof Saturation['admitted']): number => (now.admitted[at]?.[of] ?? 0) - (old.admitted[at]?.[of] ?? 0);
    const [work, fits] = [gained('workSeconds'), gained('fitsSeconds')];
    if (work > fits * 1.001) return `${node} let in ${work.toFixed(2)} seconds of work where ${fits.toFixed(2)} fit`;
  }
  return undefined;
}
