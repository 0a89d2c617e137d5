import type { Millis } from '../../../../src/kernel/clock.ts';

/** A replica's identity. */
export interface Peer {
  readonly id: number;
  readonly storeId: number;
}

/** A region and its raft group: the truth, whoever knows it. PD's belief is a {@link RegionView} of its own. */
export interface Region {
  readonly id: number;
  /** Upper-case hex, empty at the ends of the key space. */
  readonly startKey: string;
  readonly endKey: string;
  readonly confVer: number;
  readonly version: number;
  readonly peers: readonly Peer[];
  /** The store whose replica leads, or null between leaders. */
  leader: number | null;
  /** Who led before, while there is no leader or since it was deposed. */
  formerLeader: number | null;
  term: number;
  /** Index of the last log entry. */
  index: number;
  /** Stores whose replica has not matched the present leader's log. */
  readonly pending: Set<number>;
  /** This region's share of all requests. */
  readonly share: number;
  /** No traffic, so it stopped ticking; followers' clocks stand still. */
  readonly hibernated: boolean;
  readonly sizeMib: number;
  readonly keys: number;
  /** Traffic since the last region heartbeat. */
  flow: Flow;
  /** When its leader last spoke to its followers. */
  leaderHeardMs: Millis;
  /** An election is under way: the instant at which the first campaign is due, per campaigning store. */
  readonly campaigns: Map<number, Millis>;
}

/** Requests that a region served. */
export interface Flow {
  reads: number;
  writes: number;
}

/** The peer on this store. */
export const peerOn = (region: Region, storeId: number): Peer | undefined => region.peers.find((peer) => peer.storeId === storeId);

/** How many replicas make a majority. */
export const quorumOf = (region: Region): number => Math.floor(region.peers.length / 2) + 1;
