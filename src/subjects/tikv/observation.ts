import type { Millis } from '../../kernel/clock.ts';
import type { ComponentRef, Observation } from '../contract.ts';

/** What PD calls a store (`state_name`). */
export type StoreState = 'Up' | 'Disconnected' | 'Down' | 'Offline' | 'Tombstone';

/** Whether somebody answers for PD: `leading` a leader serves, `leaderless` members answer or refuse but nobody leads, `unseen` we cannot tell. */
export type ControlPlaneState = 'leading' | 'leaderless' | 'unseen';

/** The slowest kind of request of one store, lately. */
export interface LatencyView {
  /** The request type, e.g. `raw_put`. */
  readonly type: string;
  readonly p99Seconds: number;
}

/** One store as this look sees it; absent fields could not be seen. */
export interface StoreView {
  readonly node: ComponentRef;
  readonly storeId?: number;
  readonly state?: StoreState;
  /** False: the present PD leader has had no heartbeat of it yet, so its state is inherited, not observed. */
  readonly heard?: boolean;
  readonly lastHeartbeatMs?: Millis;
  /** The scrape of its metrics worked. */
  readonly scraped?: boolean;
  /** No scrape has worked for 30 s, longer than PD waits for a heartbeat. */
  readonly darkForLong?: boolean;
  /** PD's counts, which are the last reports of the leaders. */
  readonly leaders?: number;
  readonly regions?: number;
  /** How much of them somebody wants it to have, against the others' 1. */
  readonly leaderWeight?: number;
  readonly regionWeight?: number;
  /** Where PD calls it Offline, and did so a while ago: the regions that it had then. */
  readonly regionsBefore?: number;
  /** The leaders that the store itself counts. */
  readonly ownLeaders?: number;
  readonly diskUsed?: number;
  readonly slowScore?: number;
  readonly latency?: LatencyView;
  /** Requests that it answered, per second over the last minute. */
  readonly requestsPerSecond?: number;
}

/** One PD member as this look sees it. */
export interface MemberView {
  readonly node: ComponentRef;
  readonly name?: string;
  /** What the members' mutual health check says. */
  readonly healthy?: boolean;
  readonly scraped?: boolean;
  /** How it took our own request, where one was sent to it alone. */
  readonly asked?: 'answers' | 'refuses' | 'silent';
  readonly leader: boolean;
  /** How long its etcd waits for its log to be on disk, p99 over a minute. */
  readonly fsyncP99Seconds?: number;
}

/** Counts of regions; absent ones could not be read. */
export interface RegionCounts {
  readonly total?: number | undefined;
  readonly missPeer?: number | undefined;
  readonly downPeer?: number | undefined;
  readonly pendingPeer?: number | undefined;
}

/** One look at a TiKV cluster. */
export interface TikvObservation extends Observation {
  readonly controlPlane: {
    readonly state: ControlPlaneState;
    /** What was answered, for people. */
    readonly detail: string;
    /** True when the leader has led for a minute or more, as far as metrics can tell. */
    readonly settled: boolean;
  };
  readonly stores: readonly StoreView[];
  readonly members: readonly MemberView[];
  readonly regions: RegionCounts;
  /** Seconds by which a machine's clock is ahead of the others', where its exporter tells. */
  readonly clocks: readonly { readonly node: ComponentRef; readonly aheadSeconds: number }[];
  /** Replicas that a region should have. */
  readonly maxReplicas?: number;
}
