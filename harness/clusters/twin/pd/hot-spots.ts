import { peerOn } from '../raft/region.ts';
import type { RegionViews } from './region-views.ts';
import type { RegionView } from './views.ts';

/** Traffic of regions for which PD keeps books. */
export type FlowKind = 'write' | 'read';

/** The least that counts as hot, per second, and by how many degrees one report a minute moves. */
const rules = {
  write: { bytes: 1_024, keys: 32, degreesPerReport: 1, hits: 3 },
  read: { bytes: 8_192, keys: 128, degreesPerReport: 6, hits: 18 },
} as const;

const topCount = 60;
/** A region is hot from this part of what the sixtieth of all has. */
export const ofTop = 0.8;
const reportSeconds = 60;

/** The least that can be hot. */
export const leastHot = (kind: FlowKind): { readonly bytes: number; readonly keys: number } => rules[kind];

const bytesOf = (view: RegionView, kind: FlowKind): number => Math.round((kind === 'write' ? view.writtenBytes : view.readBytes) / reportSeconds);
const keysOf = (view: RegionView, kind: FlowKind): number => Math.round((kind === 'write' ? view.writtenKeys : view.readKeys) / reportSeconds);

/** Bytes and keys per second of a region's last report. */
export const flowOf = (view: RegionView, kind: FlowKind): { bytes: number; keys: number } => ({ bytes: bytesOf(view, kind), keys: keysOf(view, kind) });

/** Whether PD lists the region as hot: in enough reports in a row it was over the threshold. */
export const isHot = (view: RegionView, kind: FlowKind): boolean => view.hotDegrees[kind] >= rules[kind].hits;

/** The hot regions of a store: those that it leads, or all of which it holds a replica. */
export const hotOn = (hot: readonly RegionView[], storeId: number, { kind, leadersOnly }: { readonly kind: FlowKind; readonly leadersOnly: boolean }): RegionView[] =>
  hot.filter((view) => view.leader === storeId || (!leadersOnly && kind === 'write' && peerOn(view.region, storeId) !== undefined));

/** Whether its last report was over the fixed minimum. */
export const isWarm = (view: RegionView, kind: FlowKind): boolean => bytesOf(view, kind) >= rules[kind].bytes || keysOf(view, kind) >= rules[kind].keys;

/**
 * Counts reports. The threshold is a fixed minimum or 0.8 of the sixtieth largest flow, whichever is more: in an even
 * cluster half of the regions are hot all the time, and a real hot spot makes the list shrink.
 */
export function noteReports(view: RegionView, kind: FlowKind, { sixtiethBytes, times }: { readonly sixtiethBytes: number; readonly times: number }): void {
  const hot = isWarm(view, kind) && bytesOf(view, kind) >= ofTop * sixtiethBytes;
  view.hotDegrees[kind] = Math.max(0, view.hotDegrees[kind] + (hot ? 1 : -1) * rules[kind].degreesPerReport * times);
}

/** The sixtieth largest flow, in bytes per second; 0 with fewer regions. */
export function sixtieth(views: Iterable<RegionView>, kind: FlowKind): number {
  const all = [...views];
  if (all.length < topCount) return 0;
  const flows = new Float64Array(all.length);
  all.forEach((view, at) => (flows[at] = bytesOf(view, kind)));
  return flows.sort()[flows.length - topCount] ?? 0;
}

/**
 * The sixtieth largest flow, or 0 where that makes no difference: only warm regions can be hot, and while those with many bytes are
 * fewer than sixty, none of them is below a share of what the sixtieth has. So the many that sleep need not be ranked.
 */
export function leastHotBytes(views: RegionViews, kind: FlowKind): number {
  const warm = views.warm(kind);
  const among = sixtieth(warm, kind);
  if (among >= rules[kind].bytes) return among;
  return warm.every((view) => bytesOf(view, kind) >= rules[kind].bytes) ? 0 : sixtieth(views.values(), kind);
}
