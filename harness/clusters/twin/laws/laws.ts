import type { ClusterSpec } from '../../contract.ts';
import { epochMs } from '../kind.ts';
import { World } from '../world.ts';
import { committedStays } from './committed.ts';
import { bytesAccounted } from './flows.ts';
import { keySpace } from './key-space.ts';
import type { Law, LawOf } from './law.ts';
import { littlesLaw } from './queues.ts';
import { oneLeaderPerTerm } from './terms.ts';
import { WatchedMetrics } from './watched-metrics.ts';

/** What holds at every moment of every cluster's life. */
const everywhere: readonly LawOf[] = [oneLeaderPerTerm, committedStays, keySpace, bytesAccounted, littlesLaw];

/** Regions merge in one of so many clusters; the others keep them apart, as a new one does. */
const mergingOf = 3;

/** A twin whose telemetry is watched instead of kept. */
export interface LawfulWorld {
  readonly world: World;
  readonly laws: readonly Law[];
  readonly startMs: number;
}

/** Begins a world without the hours that a twin pretends to have lived, so that ten thousand of them are cheap. */
export function lawfulWorld(cluster: ClusterSpec, seed: number): LawfulWorld {
  const startMs = epochMs;
  const metrics = new WatchedMetrics((instance) => world.hostOf(instance.replace(/:.*/, ''))?.process.pid ?? 0);
  const world: World = new World({ cluster, seed, startMs, metrics, logs: { append: () => {} } });
  if (seed % mergingOf === 0) world.pd.config.set('max-merge-region-size', 54);
  world.begin();
  world.scraper.start();
  const counters: Law = { name: 'counters never fall but at a restart', check: () => metrics.wrong[0] };
  return { world, startMs, laws: [...everywhere.map((law) => law(world)), counters] };
}

/** The first law that does not hold now, and why. */
export function brokenLaw(laws: readonly Law[]): string | undefined {
  for (const { name, check } of laws) {
    const why = check();
    if (why !== undefined) return `${name}: ${why}`;
  }
  return undefined;
}
