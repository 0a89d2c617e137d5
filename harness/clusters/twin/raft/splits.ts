import { hotShareOf } from '../../contract.ts';
import { valueBytesEach, valuesPerWriteOf } from '../clients/values.ts';
import { firstHotKey, hotKeys, hotPart } from '../clients/shares.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { hexKey, keyCount, keyNumber } from './key-space.ts';
import { campaignLines, victoryLines } from './log-lines.ts';
import { type Peer, Region, peerOn } from './region.ts';
import { checkSizes } from './size-checks.ts';
import { applyLines, askLine, insertLines, noBalanceLine, notifyLine, reasonLine, type SplitReason } from './split-lines.ts';

/** `split-region-check-tick-interval`, and the ten samples of a second after which a hot region is split. */
const checkEveryMs = 10_000;
const mib = 2 ** 20;
/** `split.qps-threshold`: reads per second from which on a region is split by load. */
const readsPerSecondMax = 3_000;
/** A region that comes from a split is born with this term, and its first leader leads the next one. */
const bornTerm = 5;

/**
 * Regions grow by what is written over smaller values, and are cut: when they are larger than `region-max-size`, or when their
 * leader serves more reads than one region should. Nothing is looked at while nothing grows and nobody is hot.
 */
export class Splits {
  readonly #world: World;
  readonly #random: Random;
  readonly #usualBytes: number;
  /** Bytes by which large values have made a region larger. */
  readonly #grown = new Map<Region, number>();
  readonly #seen = new Map<Store, number>();

  constructor(world: World, usualBytes: number) {
    this.#world = world;
    this.#random = world.random.fork('splits');
    this.#usualBytes = usualBytes;
  }

  begin(): void {
    this.#world.engine.every(checkEveryMs, checkEveryMs, () => {
      const { load } = this.#world.traffic;
      const growth = valueBytesEach(load) - this.#usualBytes;
      for (const store of this.#world.stores) {
        this.#growLed(store, growth, valuesPerWriteOf(load));
        checkSizes(this.#world, store, checkEveryMs / 1000);
      }
      if (load.hot && hotShareOf(load, 'reads') > 0 && load.ratePerSecond * load.reads > readsPerSecondMax) this.#coolDown(load.hot.at);
    });
  }

  /** Values that are larger than those that they replace make regions larger: what a store served is shared out to those that it leads. */
  #growLed(store: Store, bytesEach: number, valuesPerWrite: number): void {
    const values = (store.ledWrites - (this.#seen.get(store) ?? 0)) * valuesPerWrite;
    this.#seen.set(store, store.ledWrites);
    if (bytesEach <= 0 || values === 0) return;
    const led = [...this.#world.index.of(store.id).led.items];
    const weight = (region: Region): number => this.#world.traffic.writesPerSecond(region);
    const total = led.reduce((sum, region) => sum + weight(region), 0);
    if (total > 0) for (const region of led) this.#grow(region, store, this.#newBytes(region, { values: (values * weight(region)) / total, bytesEach }));
  }

  /** Who replaces a large value with another one makes nothing larger: of `k` keys that still have a usual value, `n` values at random leave `k e^(-n / keys)`. */
  #newBytes(region: Region, { values, bytesEach }: { readonly values: number; readonly bytesEach: number }): number {
    if (region.keys === 0) return 0;
    const usual = Math.max(0, region.keys * bytesEach - (this.#grown.get(region) ?? 0));
    return usual * (1 - Math.exp(-values / region.keys));
  }

  #grow(region: Region, leader: Store, byBytes: number): void {
    const before = this.#grown.get(region) ?? 0;
    this.#grown.set(region, before + byBytes);
    const whole = Math.floor((before + byBytes) / mib) - Math.floor(before / mib);
    if (whole === 0) return;
    region.sizeMib += whole;
    for (const { storeId } of region.peers) {
      const store = this.#world.storeOf(storeId);
      if (store) store.usedBytes += whole * mib;
    }
    const sizeBytes = region.sizeMib * mib;
    const { regionMaxBytes: maxBytes, regionSplitBytes } = leader.settings;
    if (sizeBytes > maxBytes) this.#split(region, leader, { at: Math.max(0.1, Math.min(0.5, regionSplitBytes / sizeBytes)), reason: { task: 'batch_split', sizeBytes, maxBytes } });
  }

  /** The hot keys' regions: each that serves too many reads is cut in the middle of them, unless they are one key. */
  #coolDown(at: number): void {
    for (const region of this.#world.regions.filter((each) => hotPart(each, at) > 0)) {
      const leader = this.#world.storeOf(region.leader);
      const qps = Math.round(this.#world.traffic.readsPerSecond(region));
      if (!leader || qps <= readsPerSecondMax) continue;
      const [from, to] = rangeOf(region);
      const [first, last] = [Math.max(from, firstHotKey(at)), Math.min(to, firstHotKey(at) + hotKeys)];
      const middle = Math.floor((first + last) / 2);
      if (last - first < 2) leader.log(noBalanceLine(region));
      else this.#split(region, leader, { at: (middle - from) / (to - from), reason: { task: 'auto_split', qps, bytes: qps * this.#world.traffic.load.valueBytes } });
    }
  }

  /** The leader proposes a split at this part of the region's keys. */
  #split(region: Region, leader: Store, { at, reason }: { readonly at: number; readonly reason: SplitReason }): void {
    const [from, to] = rangeOf(region);
    const key = Math.round(from + (to - from) * at);
    if (key <= from || key >= to || !leader.reachesPd || !leader.serving || leader.host.disk.hung || region.merging !== undefined || this.#world.pd.operators.has(region)) return;
    const ids = { regionId: this.#world.pd.newPeer(0).id, peerIds: region.peers.map(({ storeId }) => this.#world.pd.newPeer(storeId).id) };
    leader.logAll([reasonLine(region, hexKey(key), reason), askLine(region, reason, ids)]);
    this.#world.pd.log({ source: 'cluster_worker.go:166', message: 'alloc ids for region split', fields: [['region-id', ids.regionId], ['peer-ids', `[${ids.peerIds.join(',')}]`]] });
    leader.process.after(this.#random.between(6, 20), () => {
      if (region.leader === leader.id && region.merging === undefined && keyNumber(region.startKey, 0) < key && key < keyNumber(region.endKey, keyCount)) this.#apply(region, leader, { key, share: (key - from) / (to - from), ids });
    });
  }

  /** The left part becomes a region of its own; the right one keeps the id. */
  #apply(region: Region, leader: Store, { key, share, ids }: { readonly key: number; readonly share: number; readonly ids: { readonly regionId: number; readonly peerIds: readonly number[] } }): void {
    const { traffic, logs, index, pd } = this.#world;
    traffic.settle(region);
    logs.entry(region, leader);
    const splitKey = hexKey(key);
    const stores = region.peers.flatMap((peer) => this.#world.storeOf(peer.storeId) ?? []).filter((store) => store === leader || (store.serving && this.#world.links.carries(leader, store)));
    for (const store of stores) store.logAll(applyLines(region, peerOn(region, store.id) as Peer, { splitKey, ...ids }));
    const left = this.#leftOf(region, { splitKey, share, ids });
    region.startKey = splitKey;
    region.version = left.version;
    region.share -= left.share;
    region.keys -= left.keys;
    region.sizeMib = Math.max(1, region.sizeMib - left.sizeMib);
    const grown = this.#grown.get(region) ?? 0;
    this.#grown.set(left, grown * share).set(region, grown * (1 - share));
    traffic.begin(left);
    index.add(left);
    for (const store of stores) store.logAll(insertLines(left, peerOn(left, store.id) as Peer, bornTerm));
    this.#lead(left, leader);
    this.#world.resolved.split(region, left, stores);
    leader.log(notifyLine(region, peerOn(region, leader.id) as Peer));
    for (const status of ['all', 'success']) leader.metrics.registry.counter('tikv_raftstore_admin_cmd_total', { status, type: 'batch-split' }).add(1);
    pd.log({ source: 'cluster_worker.go:258', message: 'region batch split, generate new regions', fields: [['region-id', region.id], ['total', 2]] });
    pd.mergeChecker.noteSplit(left.id, region.id);
    pd.reports.add(left);
    pd.reports.report(region);
  }

  #leftOf(region: Region, { splitKey, share, ids }: { readonly splitKey: string; readonly share: number; readonly ids: { readonly regionId: number; readonly peerIds: readonly number[] } }): Region {
    return new Region({
      id: ids.regionId, startKey: region.startKey, endKey: splitKey, confVer: region.confVer, version: region.version + 1,
      peers: region.peers.map((peer, n) => ({ ...peer, id: ids.peerIds[n] as number })), leader: region.leader, term: bornTerm + 1, index: bornTerm + 1,
      share: region.share * share, hibernated: region.hibernated, sizeMib: Math.max(1, Math.round(region.sizeMib * share)), keys: Math.round(region.keys * share),
    });
  }

  /** The parent's leader campaigns at once, so nobody waits for the new region. */
  #lead(left: Region, leader: Store): void {
    const peer = peerOn(left, leader.id) as Peer;
    const other = left.peers.find((each) => each !== peer) ?? peer;
    const before = { ...left, id: left.id, peers: left.peers, term: bornTerm, index: bornTerm } as unknown as Region;
    leader.logAll([...campaignLines(before, peer, true), ...victoryLines(before, peer, other, true)]);
    left.leaderHeardMs = this.#world.engine.nowMs;
  }
}

const rangeOf = (region: Region): [from: number, to: number] => [keyNumber(region.startKey, 0), keyNumber(region.endKey, keyCount)];
