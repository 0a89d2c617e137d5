import type { Millis } from '../../../../src/kernel/clock.ts';
import { ById } from '../by-id.ts';
import type { Region } from '../raft/region.ts';
import { type FlowKind, isHot, isWarm } from './hot-spots.ts';
import type { RegionView } from './views.ts';

/** What a leader told PD of its region. */
export interface RegionReport {
  readonly leader: number;
  readonly pending: readonly number[];
  readonly down: RegionView['down'];
  readonly atMs: Millis;
}

/** The regions that one store leads, as PD knows it. */
export class LedViews {
  readonly views = new ById<RegionView>();
  mib = 0;
  keys = 0;

  count(view: RegionView, by: 1 | -1): void {
    if (by > 0) this.views.add(view);
    else this.views.remove(view);
    this.mib += by * view.sizeMib;
    this.keys += by * view.keys;
  }
}

/** All that PD knows of regions, found and counted by what its gauges, schedulers and API ask for. */
export class RegionViews {
  readonly #views = new Map<number, Mutable<RegionView>>();
  readonly #led = new Map<number, LedViews>();
  readonly #pendingOn = new Map<number, number>();
  /** With a replica that has not caught up, or one that has been silent for long. */
  readonly pending = new ById<RegionView>();
  readonly down = new ById<RegionView>();
  readonly #hot = { write: new ById<RegionView>(), read: new ById<RegionView>() };
  readonly #warm = { write: new ById<RegionView>(), read: new ById<RegionView>() };

  get(id: number): RegionView | undefined {
    return this.#views.get(id);
  }

  values(): Iterable<RegionView> {
    return this.#views.values();
  }

  /** What PD knows of the regions that this store leads. */
  ledBy(storeId: number): LedViews {
    let led = this.#led.get(storeId);
    if (!led) this.#led.set(storeId, (led = new LedViews()));
    return led;
  }

  /** How many replicas on this store have not caught up. */
  pendingOn(storeId: number): number {
    return this.#pendingOn.get(storeId) ?? 0;
  }

  /** Regions that PD lists as hot. */
  hot(kind: FlowKind): readonly RegionView[] {
    return this.#hot[kind].items;
  }

  /** Regions with enough traffic to become hot. */
  warm(kind: FlowKind): readonly RegionView[] {
    return this.#warm[kind].items;
  }

  /** A region that PD hears of for the first time. */
  add(region: Region, atMs: Millis): void {
    const view: Mutable<RegionView> = {
      id: region.id, region, version: region.version, startKey: region.startKey, endKey: region.endKey, confVer: region.confVer, peers: region.peers, leader: region.leader ?? 0, pending: [], down: [], sizeMib: region.sizeMib, keys: region.keys, lastHeartbeatMs: atMs,
      writtenBytes: 0, writtenKeys: 0, readBytes: 0, readKeys: 0, hotDegrees: { write: 0, read: 0 },
    };
    this.#views.set(region.id, view);
    this.ledBy(view.leader).count(view, 1);
  }

  /** A region that is no more: merged into its neighbour. */
  remove(id: number): void {
    const view = this.#views.get(id);
    if (!view) return;
    this.noteReport(view, { leader: view.leader, pending: [], down: [], atMs: view.lastHeartbeatMs });
    this.ledBy(view.leader).count(view, -1);
    for (const kind of ['write', 'read'] as const) for (const list of [this.#hot, this.#warm]) list[kind].remove(view);
    this.#views.delete(id);
  }

  /** Takes a report in. */
  noteReport(view: RegionView, { leader, pending, down, atMs }: RegionReport): void {
    const known: Mutable<RegionView> = view;
    this.#noteLeader(known, leader);
    for (const storeId of known.pending) this.#pendingOn.set(storeId, this.pendingOn(storeId) - 1);
    for (const storeId of pending) this.#pendingOn.set(storeId, this.pendingOn(storeId) + 1);
    known.pending = pending;
    known.version = view.region.version;
    known.startKey = view.region.startKey;
    known.endKey = view.region.endKey;
    known.confVer = view.region.confVer;
    known.peers = view.region.peers;
    known.down = down;
    known.lastHeartbeatMs = atMs;
    file(this.pending, view, pending.length > 0);
    file(this.down, view, down.length > 0);
  }

  /** What it served in a heartbeat's interval. */
  noteFlow(view: RegionView, { writtenKeys, readKeys, bytesWritten, bytesRead }: { readonly writtenKeys: number; readonly readKeys: number; readonly bytesWritten: number; readonly bytesRead: number }): void {
    const known: Mutable<RegionView> = view;
    known.writtenKeys = writtenKeys;
    known.writtenBytes = writtenKeys * bytesWritten;
    known.readKeys = readKeys;
    known.readBytes = readKeys * bytesRead;
    for (const kind of ['write', 'read'] as const) file(this.#warm[kind], view, isWarm(view, kind));
  }

  /** Its degrees of heat changed. */
  noteHeat(view: RegionView): void {
    for (const kind of ['write', 'read'] as const) file(this.#hot[kind], view, isHot(view, kind));
  }

  /** The leader and how large it says that the region is. */
  #noteLeader(view: Mutable<RegionView>, leader: number): void {
    const { sizeMib, keys } = view.region;
    if (view.leader === leader && view.sizeMib === sizeMib && view.keys === keys) return;
    this.ledBy(view.leader).count(view, -1);
    Object.assign(view, { leader, sizeMib, keys });
    this.ledBy(leader).count(view, 1);
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function file(list: ById<RegionView>, view: RegionView, wanted: boolean): void {
  if (wanted) list.add(view);
  else if (list.size > 0) list.remove(view);
}
