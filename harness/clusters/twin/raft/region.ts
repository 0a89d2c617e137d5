import type { Millis } from '../../../../src/kernel/clock.ts';
import type { LogRoute } from './log-flow.ts';
import { ReplicatedLog } from './replicated-log.ts';

/** What a replica is to its group. Between two configurations one is on its way in and another on its way out, and both count. */
export type PeerRole = 'voter' | 'learner' | 'incoming' | 'demoting';

/** A replica's identity; one without a role votes. */
export interface Peer {
  readonly id: number;
  readonly storeId: number;
  readonly role?: PeerRole;
}

/** Who is told before and after something changes by which regions are found and counted. */
export interface RegionWatcher {
  readonly leaves: (region: Region) => void;
  readonly enters: (region: Region) => void;
  readonly leads: (region: Region, before: number | null) => void;
}

/** What a region is at first. */
export interface RegionSpec {
  readonly id: number;
  readonly startKey: string;
  readonly endKey: string;
  readonly confVer: number;
  readonly version: number;
  readonly peers: readonly Peer[];
  readonly leader: number | null;
  readonly term: number;
  readonly index: number;
  readonly share: number;
  readonly hibernated: boolean;
  readonly sizeMib: number;
  readonly keys: number;
}

/** A region that waits to be taken in by its neighbour: which one, and of which version it must still be. */
export interface Merging {
  readonly target: Region;
  readonly version: number;
  readonly confVer: number;
}

/** What a log line says of a region. */
export type RegionShape = Pick<Region, 'id' | 'startKey' | 'endKey' | 'confVer' | 'version' | 'peers' | 'term' | 'index'>;

const nobody: readonly number[] = [];

/** A region and its raft group: the truth, whoever knows it. PD's belief is a {@link RegionView} of its own. */
export class Region {
  readonly id: number;
  /** Upper-case hex, empty at the ends of the key space. These change, and the version with them, only in splits and merges. */
  startKey: string;
  endKey: string;
  confVer: number;
  version: number;
  /** Who led before, while there is no leader or since it was deposed. */
  formerLeader: number | null = null;
  term: number;
  /** Writes that are not in the log yet, with the part of one that is not whole. */
  unlogged = 0;
  /** Which way its writes went since they were last put into the log. */
  route: LogRoute | undefined;
  /** This region's share of all requests. */
  share: number;
  /** Traffic since the last region heartbeat. */
  flow: Flow = { reads: 0, writes: 0 };
  /** How much all clients had offered when {@link flow} was last brought up to date. */
  settled: Flow = { reads: 0, writes: 0 };
  /** When its leader last spoke to its followers. */
  leaderHeardMs: Millis = 0;
  #leader: number | null;
  #peers: readonly Peer[];
  #hibernated: boolean;
  #sizeMib: number;
  #keys: number;
  #pending: Set<number> | undefined;
  #campaigns: Map<number, Millis> | undefined;
  #merging: Merging | undefined;
  #log: ReplicatedLog | undefined;
  readonly #firstIndex: number;
  #watcher: RegionWatcher | undefined;

  constructor(spec: RegionSpec) {
    this.id = spec.id;
    this.startKey = spec.startKey;
    this.endKey = spec.endKey;
    this.confVer = spec.confVer;
    this.version = spec.version;
    this.term = spec.term;
    this.#firstIndex = spec.index;
    this.share = spec.share;
    this.#leader = spec.leader;
    this.#peers = spec.peers;
    this.#hibernated = spec.hibernated;
    this.#sizeMib = spec.sizeMib;
    this.#keys = spec.keys;
  }

  /** The store whose replica leads, or null between leaders. */
  get leader(): number | null {
    return this.#leader;
  }

  set leader(storeId: number | null) {
    const before = this.#leader;
    this.#leader = storeId;
    if (before !== storeId) this.#watcher?.leads(this, before);
  }

  /** Replaced as a whole, and only by {@link Membership}. */
  get peers(): readonly Peer[] {
    return this.#peers;
  }

  set peers(peers: readonly Peer[]) {
    this.#change(() => (this.#peers = peers));
    for (const storeId of this.#log?.storeIds ?? []) if (!peerOn(this, storeId)) this.#log?.drop(storeId);
  }

  /** No traffic, so it stopped ticking; followers' clocks stand still. */
  get hibernated(): boolean {
    return this.#hibernated;
  }

  set hibernated(hibernated: boolean) {
    if (hibernated !== this.#hibernated) this.#change(() => (this.#hibernated = hibernated));
  }

  get sizeMib(): number {
    return this.#sizeMib;
  }

  set sizeMib(sizeMib: number) {
    if (sizeMib !== this.#sizeMib) this.#change(() => (this.#sizeMib = sizeMib));
  }

  get keys(): number {
    return this.#keys;
  }

  set keys(keys: number) {
    if (keys !== this.#keys) this.#change(() => (this.#keys = keys));
  }

  /** Stores whose replica has not matched the present leader's log. */
  get pending(): Set<number> {
    return (this.#pending ??= new Set());
  }

  /** An election is under way: the instant at which the first campaign is due, per campaigning store. */
  get campaigns(): Map<number, Millis> {
    return (this.#campaigns ??= new Map());
  }

  /** Whether anything was written since the beginning; until then all replicas are alike. */
  get hasLog(): boolean {
    return this.#log !== undefined;
  }

  /** Its log, copy by copy. */
  get log(): ReplicatedLog {
    return (this.#log ??= new ReplicatedLog(this.#peers.map(({ storeId }) => storeId), { term: this.term, index: this.#firstIndex }));
  }

  /** Index of the last entry of its leader's log, or of the one that led last. */
  get index(): number {
    return this.#log?.on(this.#leader ?? this.formerLeader ?? (this.#peers[0] as Peer).storeId).last ?? this.#firstIndex;
  }

  /** The same in order of ids. */
  get lagging(): readonly number[] {
    return this.#pending === undefined || this.#pending.size === 0 ? nobody : [...this.#pending].sort((a, b) => a - b);
  }

  /** Whether the replica on this store has not caught up. */
  lags(storeId: number): boolean {
    return this.#pending !== undefined && this.#pending.has(storeId);
  }

  /** What a store meant to campaign for is forgotten. */
  withdrawCampaign(storeId: number): void {
    this.#campaigns?.delete(storeId);
  }

  /** While it is set nobody is served: the region gives way to its neighbour, or comes back when that has changed. */
  get merging(): Merging | undefined {
    return this.#merging;
  }

  set merging(merging: Merging | undefined) {
    this.#merging = merging;
    // Where its requests go changes as if it were led anew.
    this.#watcher?.leads(this, this.#leader);
  }

  /** Its neighbour took it in: nobody holds a replica of it any more, and whoever still meant to do something finds nothing. */
  dissolve(): void {
    this.#watcher = undefined;
    this.peers = [];
    this.#leader = null;
    this.#merging = undefined;
    this.#pending = undefined;
    this.#campaigns = undefined;
  }

  /** From now on this one keeps books; nobody stops. */
  watchedBy(watcher: RegionWatcher | undefined): void {
    this.#watcher = watcher;
  }

  #change(apply: () => void): void {
    this.#watcher?.leaves(this);
    apply();
    this.#watcher?.enters(this);
  }
}

/** Requests that a region served. */
export interface Flow {
  reads: number;
  writes: number;
}

/** The peer on this store. */
export const peerOn = (region: Region, storeId: number): Peer | undefined => region.peers.find((peer) => peer.storeId === storeId);

const votesBefore = ({ role = 'voter' }: Peer): boolean => role === 'voter' || role === 'demoting';
const votesAfter = ({ role = 'voter' }: Peer): boolean => role === 'voter' || role === 'incoming';

/** Whether a replica has a say, in the present configuration or in the one that it is joining. */
export const isVoter = (peer: Peer): boolean => votesBefore(peer) || votesAfter(peer);

/** How many replicas vote; in a joint configuration the larger half. */
export const votersOf = (region: Region): number => Math.max(region.peers.filter(votesBefore).length, region.peers.filter(votesAfter).length);

/** Whether the replicas on these stores are a majority: of both configurations while the group is in between. */
export function isQuorum(region: Region, isThere: (storeId: number) => boolean): boolean {
  let [before, after] = [0, 0];
  for (const peer of region.peers) {
    const side = isThere(peer.storeId) ? 1 : -1;
    if (votesBefore(peer)) before += side;
    if (votesAfter(peer)) after += side;
  }
  return before > 0 && after > 0;
}
