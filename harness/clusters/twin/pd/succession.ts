import type { Millis } from '../../../../src/kernel/clock.ts';
import type { PdServer } from './server.ts';

/** Measured: a new etcd leader 3.9..4.6 s after the old one fell silent; its lease key lives 8.1 s longer. */
export const etcdElectionMs = { least: 3_900, most: 4_600 } as const;
export const leaseAfterElectionMs: Millis = 8_100;
/** Measured: who campaigns has written the leader's key after 5 to 19 ms, and serves 31 to 71 ms after it began. */
export const keyWrittenMs: Millis = 7;
export const campaignMs: Millis = 50;
/** Measured: the others find the new leader 230 ms after they missed the old one. */
export const followMs: Millis = 180;
/** A leader that is told to stop hands etcd over and revokes its lease. */
export const cleanElectionMs: Millis = 20;
export const cleanLeaseMs: Millis = 230;
/** The first look for hot regions. */
export const hotRegionsMs: Millis = 1_000;
/** A leader without quorum notices when its lease cannot be renewed. */
export const leaseLostMs: Millis = 3_750;
/** A follower without quorum believes in a dead leader until its watch gives up. */
export const beliefMs: Millis = 61_000;

/** How an office passes on: until etcd has elected, until the old lease is gone, and who must not win. */
export interface Succession {
  readonly electionMs: Millis;
  readonly leaseMs: Millis;
  readonly deposed?: PdServer;
  readonly handedOver?: boolean;
  /** Who campaigns first, where that is known. */
  readonly first?: PdServer;
}

/** What passes an office on: etcd's vote, its end, and the campaign of who won, which counts only in the round that the end began. */
export interface Office {
  readonly elected: (winner: PdServer) => void;
  readonly vacate: () => number;
  readonly campaign: (winner: PdServer, round: number, spanMs: Millis) => void;
}
