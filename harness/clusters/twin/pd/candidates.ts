import { peerOn, type Region } from '../raft/region.ts';
import type { World } from '../world.ts';
import { regionScore } from './scores.ts';
import { isLowOnSpace, type StoreView, storeState } from './views.ts';

/** Why PD gives a store no more replicas; the names are those of its filters. */
export function refusalOf(world: World, view: StoreView, sizeMib: number): string | undefined {
  const { pd, engine } = world;
  const state = storeState(view, engine.nowMs, pd.config.storeDownMs);
  if (state === 'Down') return 'store-state-down-filter';
  if (state === 'Offline' || state === 'Tombstone') return 'store-state-offline-filter';
  if (state === 'Disconnected') return 'store-state-disconnect-filter';
  if (view.busy) return 'store-state-busy-filter';
  if (!pd.storeLimits.allows(view.id, 'add-peer', sizeMib)) return 'store-state-exceed-add-limit-filter';
  return isLowOnSpace(view) ? 'storage-threshold-filter' : undefined;
}

/** Reasons that pass by themselves: PD keeps a region for later where only these stand in the way. */
const passing: ReadonlySet<string> = new Set(['store-state-disconnect-filter', 'store-state-busy-filter', 'store-state-exceed-add-limit-filter']);

/** What a search for a store found. */
export interface Search {
  readonly store: StoreView | undefined;
  /** Nothing fits now, but something would, were it not for a state that passes. */
  readonly later: boolean;
}

/** The store that should take a replica of this region: one that does not hold it, fits, and has the lowest score. */
export function targetFor(
  world: World, region: Region, search: { readonly scope: string; readonly fits: (storeId: number) => boolean; readonly leaving?: number },
): Search {
  let best: { view: StoreView; score: number } | undefined;
  let later = false;
  for (const view of world.pd.stores.values()) {
    if (peerOn(region, view.id)) continue;
    const reason = refusalOf(world, view, region.sizeMib) ?? (isolated(world, region, view, search.leaving) ? undefined : 'isolation-filter');
    const fits = search.fits(view.id);
    if (reason !== undefined || !fits) {
      world.pd.metrics?.counter('pd_schedule_target_filter', { scope: search.scope, target: String(view.id), type: fits ? (reason as string) : 'label-constraint-filter' }).add(1);
      later ||= fits && reason !== undefined && passing.has(reason);
      continue;
    }
    const score = scoreOf(world, view, 0);
    if (!best || score < best.score) best = { view, score };
  }
  return { store: best?.view, later: later && best === undefined };
}

/** With an isolation level no two replicas may sit behind the same label value; stores without the label all count as one place. */
function isolated(world: World, region: Region, view: StoreView, leaving: number | undefined): boolean {
  const level = String(world.pd.config.get('isolation-level') ?? '');
  if (level === '') return true;
  const place = (id: number): string => world.pd.stores.get(id)?.labels[level] ?? '';
  return region.peers.every(({ storeId }) => storeId === leaving || place(storeId) !== place(view.id));
}

/**
 * A store's region score with what running operators will change, and a margin: below nothing for a source, above for a target. As
 * in PD, whatever runs already makes a source a worse source and a target a worse target, or what one operator moves the next would move back.
 */
export function scoreOf(world: World, view: StoreView, marginMib: number): number {
  const change = world.pd.operators.sizeInfluence(view.id);
  const influence = marginMib === 0 ? change : Math.sign(marginMib) * Math.abs(change);
  const sizeMib = world.index.of(view.id).heldMib + 5 * influence + marginMib;
  return regionScore(sizeMib, view);
}
