import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Peer, Region } from '../raft/region.ts';
import { slowThreshold } from '../store/slow-score.ts';
import type { Store } from '../store/store.ts';

/** What PD knows of a store, all of it from the store's own heartbeats. */
export interface StoreView {
  readonly id: number;
  readonly address: string;
  readonly statusAddress: string;
  startTimestampSeconds: number;
  version: string;
  /** 0 until the first one. */
  lastHeartbeatMs: Millis;
  /** It came and has yet to be given its share of the regions. */
  preparing: boolean;
  /** Undefined until a heartbeat brought it to this PD leader. */
  slowScore: number | undefined;
  /** What it says of its network to other stores, by their numbers; only what is not at its best. */
  networkScores: ReadonlyMap<number, number>;
  busy: boolean;
  stopping: boolean;
  /** Its labels, by key. */
  readonly labels: Readonly<Record<string, string>>;
  /** Set Offline by an administrator: its replicas are moved away; since when, and how much it held then. */
  leaving: { readonly sinceMs: Millis; readonly sizeMib: number } | undefined;
  /** Everything was moved away: it is a tombstone. */
  buried: boolean;
  capacityBytes: number;
  usedBytes: number;
  /** What is left on its disk; less than capacity minus used where somebody else's files are there too. */
  availableBytes: number;
  /** Per second, over the last heartbeat interval. */
  rates: StoreRates;
}

/** A store's traffic as it reports it. */
export interface StoreRates {
  readonly readQueries: number;
  readonly readBytes: number;
  readonly writeKeys: number;
  readonly writeBytes: number;
}

/** What PD knows of a region, from its leader's heartbeats. */
export interface RegionView {
  readonly id: number;
  /** Whose view this is; what PD cannot know is not to be read from it. */
  readonly region: Region;
  readonly version: number;
  readonly startKey: string;
  readonly endKey: string;
  readonly confVer: number;
  readonly peers: readonly Peer[];
  readonly leader: number;
  readonly pending: readonly number[];
  /** Stores whose replica the leader has not heard for ten minutes, and for how long. */
  readonly down: readonly { readonly storeId: number; readonly seconds: number }[];
  readonly sizeMib: number;
  readonly keys: number;
  /** Totals of the last heartbeat interval, as the API shows them. */
  readonly writtenBytes: number;
  readonly writtenKeys: number;
  readonly readBytes: number;
  readonly readKeys: number;
  readonly lastHeartbeatMs: Millis;
  /** How long it has been hot, in reports. */
  readonly hotDegrees: { write: number; read: number };
}

/** What PD knows of a store that announces itself: of a new one little more than the address, for it has sent no heartbeat yet. */
export function viewOf(store: Store, nowMs: Millis): StoreView {
  const { id, address, statusAddress, version, startTimestampSeconds, isNew } = store;
  const rates: StoreRates = { readQueries: 0, readBytes: 0, writeKeys: 0, writeBytes: 0 };
  const unseen = { id, address, statusAddress, version, startTimestampSeconds, networkScores: new Map(), busy: false, stopping: false, labels: {}, leaving: undefined, buried: false, rates };
  if (isNew) return { ...unseen, lastHeartbeatMs: 0, preparing: true, slowScore: undefined, capacityBytes: 0, usedBytes: 0, availableBytes: 0 };
  return { ...unseen, lastHeartbeatMs: nowMs, preparing: false, slowScore: 1, capacityBytes: store.host.disk.capacityBytes, usedBytes: store.reportedUsedBytes, availableBytes: store.reportedAvailableBytes };
}

/** A store's state as the API words it. */
export type StoreState = 'Up' | 'Disconnected' | 'Down' | 'Offline' | 'Tombstone';

const disconnectedAfterMs = 20_000;
const unhealthyAfterMs = 600_000;

/** The state that an administrator gave it, or else the one that follows from the last heartbeat, computed when asked. */
export function storeState(view: StoreView, nowMs: Millis, downMs: Millis): StoreState {
  if (view.buried) return 'Tombstone';
  if (view.leaving) return 'Offline';
  const silentMs = nowMs - view.lastHeartbeatMs;
  return silentMs > downMs ? 'Down' : silentMs > disconnectedAfterMs ? 'Disconnected' : 'Up';
}

/** The one `pd_cluster_status` type that is 1 for the store: these exclude each other, the first that holds wins. */
export function healthType(view: StoreView, nowMs: Millis, downMs: Millis): string {
  if (view.buried) return 'store_tombstone_count';
  if (view.leaving) return 'store_offline_count';
  const silentMs = nowMs - view.lastHeartbeatMs;
  if (silentMs > downMs) return 'store_down_count';
  if (silentMs > unhealthyAfterMs) return 'store_unhealth_count';
  if (silentMs > disconnectedAfterMs) return 'store_disconnected_count';
  return (view.slowScore ?? 1) >= slowThreshold ? 'store_slow_count' : 'store_up_count';
}

/** PD's `low-space-ratio` of 0.8: with less than a fifth left, a store is given nothing more. */
export const isLowOnSpace = ({ availableBytes, capacityBytes }: StoreView): boolean => availableBytes * 5 < capacityBytes;
