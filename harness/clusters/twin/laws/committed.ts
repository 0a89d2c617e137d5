import { isQuorum, type Region } from '../raft/region.ts';
import type { LawOf } from './law.ts';

/** Raft's promise to clients: what was acknowledged is in the log of every leader, and those who lack it are no majority. */
export const committedStays: LawOf = (world) => {
  const acknowledged = new Map<number, number>();
  const lost = (region: Region): string | undefined => {
    const { log } = region;
    const { index } = log.committed;
    if (index < (acknowledged.get(region.id) ?? 0)) return `region ${region.id} took back entries that it had acknowledged`;
    acknowledged.set(region.id, index);
    if (region.leader !== null && !log.holdsCommitted(region.leader)) return `the leader of region ${region.id}, store ${region.leader}, lacks entry ${index}, which was acknowledged`;
    const holders = region.peers.filter(({ storeId }) => log.holdsCommitted(storeId));
    // Whoever could elect a leader without it could lose it; in between two configurations that takes a majority of both.
    return !isQuorum(region, (storeId) => !log.holdsCommitted(storeId)) ? undefined : `entry ${index} of region ${region.id} was acknowledged and is on ${holders.length} of ${region.peers.length} disks`;
  };
  return {
    name: 'committed entries are never lost',
    check: () => {
      for (const region of world.regions) {
        const why = region.hasLog ? lost(region) : undefined;
        if (why !== undefined) return why;
      }
      return undefined;
    },
  };
};
