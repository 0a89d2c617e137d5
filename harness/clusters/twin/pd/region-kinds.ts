import type { Region } from '../raft/region.ts';
import type { World } from '../world.ts';

type Kind = (world: World) => readonly Region[];

/** Regions with fewer, or more, replicas than the rules ask for. */
const lacking: Kind = (world) => withReplicas(world, (count) => count < world.pd.placement.wanted);
const exceeding: Kind = (world) => withReplicas(world, (count) => count > world.pd.placement.wanted);

/** What PD's statistics look for, by the name under `/regions/check/`. A down peer has been silent for ten minutes. */
export const checked: Readonly<Record<string, Kind>> = {
  'miss-peer': lacking,
  'extra-peer': exceeding,
  'pending-peer': (world) => world.pd.regions.pending.items.map(({ region }) => region),
  'down-peer': (world) => world.pd.regions.down.items.map(({ region }) => region),
  'learner-peer': (world) => world.index.changing.filter(({ peers }) => peers.some(({ role }) => role === 'learner')),
  'offline-peer': onLeavingStores,
  'empty-region': (world) => (world.index.empty === 0 ? [] : world.regions.filter(({ sizeMib }) => sizeMib <= 1)),
  'oversized-region': () => [],
  'undersized-region': ({ index, pd }) => pd.mergeChecker.undersized(index),
};

function withReplicas(world: World, fits: (count: number) => boolean): readonly Region[] {
  const some = [...world.index.byReplicas].filter(([count]) => fits(count)).flatMap(([, regions]) => regions.items);
  return some.length < 2 ? some : some.sort((a, b) => a.id - b.id);
}

function onLeavingStores(world: World): readonly Region[] {
  const leaving = [...world.pd.stores.values()].filter((view) => view.leaving);
  const regions = new Set(leaving.flatMap(({ id }) => world.index.of(id).held.items));
  return leaving.length < 2 ? [...regions] : [...regions].sort((a, b) => a.id - b.id);
}
