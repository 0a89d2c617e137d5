import { assert } from '../../../../src/kernel/assert.ts';
import type { LoadSpec } from '../../contract.ts';
import type { Region } from '../raft/region.ts';

/** This region's part of all requests of one kind: what its keys draw, and what a hot spot adds to one region and takes from all. */
export function shareOf(region: Region, kind: 'reads' | 'writes', { load, regions }: { readonly load: LoadSpec; readonly regions: readonly Region[] }): number {
  const { hot } = load;
  if (hot?.of !== kind) return region.share;
  return region.share * (1 - hot.share) + (region === hotRegion(regions, hot.at) ? hot.share : 0);
}

/** The region that holds the key at this place of the key space, 0 to 1; the clients' keys spread over it evenly. */
function hotRegion(regions: readonly Region[], at: number): Region {
  const region = regions[Math.min(regions.length - 1, Math.floor(at * regions.length))];
  assert(region !== undefined, 'a cluster has regions');
  return region;
}
