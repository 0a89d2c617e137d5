import type { Millis } from '../../../../src/kernel/clock.ts';
import type { RegionIndex } from '../raft/region-index.ts';
import { peerOn, type Region } from '../raft/region.ts';
import type { World } from '../world.ts';
import { isHot } from './hot-spots.ts';
import { checkerEvents, LeaderCounters } from './leader-counters.ts';
import { alignSteps, type MergeStep } from './steps.ts';

const lookEveryMs = 1_000;
const soonMs = 10;
/** PD's patrol takes 128 regions every ten milliseconds. */
const looksPerSecond = 12_800;
/** `region-max-size` and `region-split-size`, in MiB. */
const [regionMaxMib, regionSplitMib] = [384, 256];
/** From the published code of PD: nothing is merged into a region that is four times as large as regions may be. */
const targetMaxMib = 4 * regionMaxMib;
const type = 'merge_checker';
const desc = 'merge-region';

/** Why a region is not merged, in PD's words. */
type Outcome = 'no-need' | 'recently-split' | 'no-leader' | 'unhealthy-region' | 'abnormal-replica' | 'hot-region' | 'no-target' | 'target-too-large' | 'split-size-after-merge' | 'new-operator';

/**
 * The merge checker: a region that is small, healthy and not hot gives way to a neighbour that is healthy and not hot, so that empty and small
 * regions do not pile up. It waits for `split-merge-interval` after a split and after a member began to lead. PD looks at every region all the
 * time; here only small ones are looked at, and none while `max-merge-region-size` is 0. Rules from the published code of PD.
 */
export class MergeChecker {
  readonly #world: World;
  readonly #splitMs = new Map<number, Millis>();
  readonly #outcomes = new Map<Outcome, number>();
  readonly #events: LeaderCounters;
  readonly #refused: LeaderCounters;
  #sinceMs: Millis = -Infinity;
  #cursor = 0;
  #due = false;
  #full = false;

  constructor(world: World) {
    this.#world = world;
    this.#events = checkerEvents(world, type);
    this.#refused = new LeaderCounters(world, (registry, name) => registry.counter('pd_schedule_operator_limit', { name, type: 'merge-checker' }));
  }

  begin(): void {
    this.#world.engine.every(lookEveryMs, lookEveryMs, () => this.#patrol());
  }

  /** Another member leads: it knows of no split, and lets an hour pass first. */
  leaderServes(): void {
    this.#splitMs.clear();
    this.#sinceMs = this.#world.engine.nowMs;
  }

  /** These came from a split: they stay apart for a while. */
  noteSplit(...regionIds: readonly number[]): void {
    for (const id of regionIds) this.#splitMs.set(id, this.#world.engine.nowMs);
  }

  /** Looks soon: an operator ended. */
  look(): void {
    if (this.#due || this.#small().length === 0) return;
    this.#due = true;
    this.#world.engine.after(soonMs, () => {
      this.#due = false;
      this.#patrol();
    });
  }

  /** Counts what the patrol found of so many regions. */
  count(patrolled: number): void {
    const { pd, regions } = this.#world;
    if (pd.checkers.isPaused('merge')) return this.#events.add('paused', patrolled);
    if (this.#isYoung()) return this.#events.add('recently-start', patrolled);
    if (this.#full) this.#refused.add('merge', patrolled);
    const each = patrolled / Math.max(1, regions.length);
    let rest = regions.length - pd.operators.running.length;
    for (const [name, found] of this.#outcomes) {
      this.#events.add(name, found * each);
      rest -= found;
    }
    if (!this.#full) this.#events.add('no-need', Math.max(0, rest) * each);
  }

  #patrol(): void {
    const { pd } = this.#world;
    const small = this.#small();
    this.#outcomes.clear();
    this.#full = false;
    if (small.length === 0 || !pd.members.serving || pd.config.halted || pd.checkers.isPaused('merge') || this.#isYoung()) return;
    // Merging takes regions off the list while it is walked.
    const some = small.length <= looksPerSecond ? [...small] : Array.from({ length: looksPerSecond }, (_, n) => small[(this.#cursor + n) % small.length] as Region);
    this.#cursor += some.length;
    for (const region of some) {
      if (pd.operators.has(region) || region.peers.length === 0) continue;
      if (pd.operators.countOf('merge') >= Number(pd.config.get('merge-schedule-limit'))) return void (this.#full = true);
      const outcome = this.#check(region);
      if (outcome === undefined) continue;
      if (outcome === 'new-operator') this.#events.add(outcome);
      else this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
    }
  }

  /** Undefined where the operators were refused, as by a store's limit. */
  #check(region: Region): Outcome | undefined {
    const { pd, index } = this.#world;
    const view = pd.regions.get(region.id);
    if (this.#isFresh(region)) return 'recently-split';
    if (region.keys > this.#limits().keys) return 'no-need';
    if (!view?.leader) return 'no-leader';
    if (!this.#isHealthy(region)) return 'unhealthy-region';
    if (!this.#isReplicated(region)) return 'abnormal-replica';
    if (this.#isHot(region)) return 'hot-region';
    const { before, after } = index.byKey.neighbours(region);
    const targets = [after, String(pd.config.get('enable-one-way-merge')) === 'true' ? undefined : before].flatMap((each) => (each && this.#takes(region, each) ? [each] : []));
    const target = targets.reduce<Region | undefined>((best, each) => (!best || each.sizeMib < best.sizeMib ? each : best), undefined);
    if (!target) return 'no-target';
    if (target.sizeMib > targetMaxMib) return 'target-too-large';
    if (wouldSplit(region.sizeMib + target.sizeMib, this.#limits().mib)) return 'split-size-after-merge';
    return this.order(region, target) ? 'new-operator' : undefined;
  }

  /** Whether a neighbour can take the region in; why not is counted. */
  #takes(region: Region, neighbour: Region): boolean {
    const { pd } = this.#world;
    const strange = neighbour.peers.some(({ storeId }) => !peerOn(region, storeId) && (pd.stores.get(storeId)?.leaving !== undefined || !pd.upStores().some(({ id }) => id === storeId)));
    const why = this.#isFresh(neighbour) ? 'recently-split' : this.#isHot(neighbour) ? 'region-hot' : strange ? 'abnormal-peerstore' : !this.#isHealthy(neighbour) ? 'special-peer' : !this.#isReplicated(neighbour) ? 'abnormal-replica' : undefined;
    if (why !== undefined) this.#events.add(`adj-${why}`);
    return why === undefined && !pd.operators.has(neighbour) && neighbour.merging === undefined;
  }

  /** Orders a merge, by itself or for an administrator; false where an older operator, a limit or the replicas' places forbid it. */
  order(source: Region, target: Region, by: '' | 'admin-' = ''): boolean {
    const { pd } = this.#world;
    const leader = pd.regions.get(source.id)?.leader ?? 0;
    const added = target.peers.filter(({ storeId }) => !peerOn(source, storeId)).map(({ storeId }) => pd.newPeer(storeId));
    const align = alignSteps(source, { added, leader }, target);
    if (!align) return false;
    const step: MergeStep = { kind: 'merge', source, target, passive: false, startKey: target.startKey, endKey: target.endKey, version: source.version };
    const kind = [...(by === '' ? [] : ['admin']), 'merge', ...(align.length > 0 ? ['region'] : []), ...(align.some((each) => each.kind === 'transfer-leader') ? ['leader'] : [])].join(',');
    const brief = `merge: region ${source.id} to ${target.id}`;
    if (source.sizeMib > target.sizeMib) this.#events.add('larger-source');
    return pd.operators.startPair({ scheduler: `${by}${desc}`, region: source, kind, brief, steps: [...align, step] }, { scheduler: `${by}${desc}`, region: target, kind, brief, steps: [{ ...step, passive: true }] });
  }

  /** Regions that are small enough to be merged. */
  undersized(index: RegionIndex): readonly Region[] {
    const { mib, keys } = this.#limits();
    return index.upTo(mib).filter((region) => region.keys <= keys);
  }

  #small(): readonly Region[] {
    return this.#world.index.upTo(this.#limits().mib);
  }

  /** How small a region must be; a limit of no keys stands for ten thousand a mebibyte. */
  #limits(): { readonly mib: number; readonly keys: number } {
    const { config } = this.#world.pd;
    const mib = Number(config.get('max-merge-region-size'));
    return { mib, keys: Number(config.get('max-merge-region-keys')) || mib * 10_000 };
  }

  #isYoung(): boolean {
    return this.#world.engine.nowMs < this.#sinceMs + this.#world.pd.config.splitMergeMs;
  }

  #isFresh({ id }: Region): boolean {
    return this.#world.engine.nowMs < (this.#splitMs.get(id) ?? -Infinity) + this.#world.pd.config.splitMergeMs;
  }

  #isHot({ id }: Region): boolean {
    const view = this.#world.pd.regions.get(id);
    return view !== undefined && (isHot(view, 'write') || isHot(view, 'read'));
  }

  #isHealthy({ id, peers }: Region): boolean {
    const view = this.#world.pd.regions.get(id);
    return view !== undefined && view.pending.length === 0 && view.down.length === 0 && peers.every(({ role }) => role === undefined);
  }

  #isReplicated({ peers }: Region): boolean {
    const { fits, orphans } = this.#world.pd.placement.fit(peers);
    return orphans.length === 0 && fits.every(({ rule, peers: own }) => own.length === rule.count);
  }
}

/** Whether what comes out would be cut again, and a piece of it be small enough to be merged again. */
function wouldSplit(mib: number, mergeMib: number): boolean {
  const piece = mib % regionSplitMib;
  return mib >= regionMaxMib && piece !== 0 && piece <= mergeMib;
}
