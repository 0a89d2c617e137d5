import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import { valuesPerWriteOf, writtenBytesEach } from '../clients/values.ts';
import { peerText } from '../raft/change-lines.ts';
import type { Flow, Peer, Region } from '../raft/region.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { type FlowKind, leastHotBytes, noteReports, ofTop } from './hot-spots.ts';
import { RegionViews } from './region-views.ts';
import { Rounds } from './rounds.ts';
import type { RegionView } from './views.ts';

const reportEveryMs = 60_000;
/** Leaders count their minutes from when they became leaders. When a cluster starts they are elected within as many seconds as election timeouts differ by. */
const electionSpreadMs = 9_000;
/** The share of leaders that PD moved since then, each at a time of its own: recordings have 0 to 60 % of a store's, a third on average. */
const movedSinceStart = 0.3;
/** A hibernated leader reports only when it wakes for its stale-state check. */
const hibernatedReportEveryMs = 300_000;
const rankingEveryMs = 10_000;
/** `raftstore.max-peer-down-duration`. */
const downPeerMs = 600_000;
/** A key and its value's envelope on the wire and in the write batch. */
export const keyBytes = 25;
const noneDown: RegionView['down'] = [];

/** Region heartbeats: what leaders tell PD, every minute and whenever the leader or a lagging replica changed. */
export class RegionReports {
  readonly views = new RegionViews();
  readonly #world: World;
  readonly #rounds = new Map<boolean, Rounds<Region>>();
  /** Taken in by neighbours that PD has not heard since: it still knows them as they were. */
  readonly #untold = new Set<Region>();
  readonly #ranking = new Map<FlowKind, { readonly atMs: Millis; readonly bytes: number }>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Starts with the regions as they are. */
  begin(random: Random): void {
    const { engine, regions } = this.#world;
    const electedMs = random.below(reportEveryMs);
    const firstMs = (region: Region) => {
      if (region.hibernated) return random.below(hibernatedReportEveryMs);
      return random.chance(movedSinceStart) ? random.below(reportEveryMs) : (electedMs + random.below(electionSpreadMs)) % reportEveryMs;
    };
    const due = regions.map((item) => ({ item, firstMs: firstMs(item) }));
    for (const region of regions) this.views.add(region, engine.nowMs);
    for (const [periodMs, hibernated] of [[reportEveryMs, false], [hibernatedReportEveryMs, true]] as const) {
      const rounds = new Rounds<Region>(engine, periodMs, (region) => this.#periodic(region));
      this.#rounds.set(hibernated, rounds);
      rounds.add(due.filter(({ item }) => item.hibernated === hibernated));
    }
  }

  /** A region that came from another: PD hears of it at once, and then every minute. */
  add(region: Region): void {
    this.views.add(region, this.#world.engine.nowMs);
    this.#rounds.get(region.hibernated)?.add([{ item: region, firstMs: reportEveryMs }]);
    this.report(region);
  }

  /** A region was taken in by its neighbour: whoever leads that reports at once, or as soon as it can. One that woke over it reports every minute from now on. */
  merged(source: Region, target: Region, woke: boolean): void {
    this.#untold.add(source);
    for (const rounds of this.#rounds.values()) rounds.remove(source);
    if (woke) {
      this.#rounds.get(true)?.remove(target);
      this.#rounds.get(false)?.add([{ item: target, firstMs: reportEveryMs }]);
    }
    this.report(target);
  }

  /** A leader reports now. */
  report(region: Region): void {
    const { pd, engine } = this.#world;
    const leader = pd.members.serving;
    const store = this.#world.storeOf(region.leader);
    const view = this.views.get(region.id);
    if (!leader || !store || !view || !store.reachesPd) return;
    store.metrics.pdHeartbeat.of('send').add(1);
    leader.metrics.regionHeartbeat(store);
    this.#displace(region);
    if (view.leader !== store.id) pd.log({ source: 'region.go:784', message: 'leader changed', fields: [['region-id', region.id], ['from', view.leader], ['to', store.id]] });
    if (view.version !== region.version) pd.log({
      source: 'region.go:784', message: 'region Version changed',
      fields: [['region-id', region.id], ['detail', rangeDiff(view, region)], ['old-version', view.version], ['new-version', region.version]],
    });
    if (view.confVer !== region.confVer) pd.log({
      source: 'region.go:784', message: 'region ConfVer changed',
      fields: [['region-id', region.id], ['detail', peersDiff(view.peers, region.peers)], ['old-confver', view.confVer], ['new-confver', region.confVer]],
    });
    const isNew = view.leader !== store.id || view.version !== region.version || view.confVer !== region.confVer || region.lagging.length !== view.pending.length || view.readBytes + view.writtenBytes > 0;
    pd.coordinator.reported(region, isNew);
    this.views.noteReport(view, { leader: store.id, pending: region.lagging, down: this.#downPeers(region, store), atMs: engine.nowMs });
    pd.operators.reported(region, store.id);
  }

  /** A report shows keys in the hands of one region that another one had: PD knows that one no more. */
  #displace(region: Region): void {
    for (const source of this.#untold) if (overlap(source, region)) {
      this.#untold.delete(source);
      this.views.remove(source.id);
      this.#world.pd.operators.gone(source);
    }
  }

  /** Hours of reports like those of an even load: what the API shows of regions that have not reported since the clock was shown. */
  assume(count: number): void {
    const { load } = this.#world.traffic;
    const requests = load.shape === 'idle' ? 0 : (load.ratePerSecond * reportEveryMs) / 1000;
    for (const region of this.#world.regions) {
      const view = this.views.get(region.id);
      if (view) this.#noteFlow(view, { reads: requests * region.share * load.reads, writes: requests * region.share * (1 - load.reads) });
    }
    this.#ranking.clear();
    for (const view of this.views.values()) this.#noteHeat(view, count);
  }

  #periodic(region: Region): void {
    const view = this.views.get(region.id);
    const store = this.#world.storeOf(region.leader);
    if (!view || !store || store.process.state !== 'running' || !store.reachesPd) return;
    const flow = this.#world.traffic.takeFlow(region);
    this.#noteFlow(view, flow);
    this.#noteHeat(view, 1);
    this.report(region);
  }

  #downPeers(region: Region, leader: Store): RegionView['down'] {
    if (this.#world.links.allConnected) return noneDown;
    return region.peers.flatMap(({ storeId }) => {
      const follower = this.#world.storeOf(storeId);
      const silentMs = follower ? this.#world.links.silentMs(leader, follower) : 0;
      return silentMs >= downPeerMs ? [{ storeId, seconds: Math.floor(silentMs / 1000) }] : [];
    });
  }

  #noteFlow(view: RegionView, flow: Flow): void {
    const { load } = this.#world.traffic;
    const values = valuesPerWriteOf(load);
    this.views.noteFlow(view, { writtenKeys: Math.round(flow.writes * values), readKeys: Math.round(flow.reads), bytesWritten: Math.round(writtenBytesEach(load) / values) + keyBytes, bytesRead: load.valueBytes + keyBytes });
  }

  /** From how many bytes a second on a region is listed as hot, where that is more than the least. */
  leastHotBytes(kind: FlowKind): number {
    return ofTop * (this.#ranking.get(kind)?.bytes ?? 0);
  }

  #noteHeat(view: RegionView, times: number): void {
    for (const kind of ['write', 'read'] as const) noteReports(view, kind, { sixtiethBytes: this.#sixtiethBytes(kind), times });
    this.views.noteHeat(view);
  }

  /** PD looks at the ranking anew every ten seconds, not at every report. */
  #sixtiethBytes(kind: FlowKind): number {
    const { nowMs } = this.#world.engine;
    const known = this.#ranking.get(kind);
    if (known && nowMs - known.atMs < rankingEveryMs) return known.bytes;
    const bytes = leastHotBytes(this.views, kind);
    this.#ranking.set(kind, { atMs: nowMs, bytes });
    return bytes;
  }
}

/** Whether two have a key in common; the empty text is either end of the key space. */
const overlap = (a: Region, b: Region): boolean => (a.endKey === '' || b.startKey < a.endKey) && (b.endKey === '' || a.startKey < b.endKey);

/** How PD words a new range: each end, and what it was before where it is another one. */
function rangeDiff(before: Pick<RegionView, 'startKey' | 'endKey'>, after: Pick<Region, 'startKey' | 'endKey'>): string {
  const end = (name: string, old: string, now: string) => (old === now ? `${name}:{${now}}` : `${name} Changed:{${old}} -> {${now}}`);
  return `${end('StartKey', before.startKey, after.startKey)}, ${end('EndKey', before.endKey, after.endKey)}`;
}

/** How PD words a new configuration: what is gone, then what is new. */
function peersDiff(before: readonly Peer[], after: readonly Peer[]): string {
  const text = (peer: Peer) => `peer:{${peerText(peer)} }`;
  const without = (some: readonly Peer[], others: readonly Peer[]) => some.filter((peer) => !others.some(({ id, role }) => id === peer.id && role === peer.role));
  return [...without(before, after).map((peer) => `Remove ${text(peer)}`), ...without(after, before).map((peer) => `Add ${text(peer)}`)].join(',');
}
