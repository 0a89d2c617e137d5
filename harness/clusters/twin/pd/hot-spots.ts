import type { RegionView } from './views.ts';

/** Traffic of regions for which PD keeps books. */
export type FlowKind = 'write' | 'read';

/** The least that counts as hot, per second, and by how many degrees one report a minute moves. */
const rules = {
  write: { bytes: 1_024, keys: 32, degreesPerReport: 1, hits: 3 },
  read: { bytes: 8_192, keys: 128, degreesPerReport: 6, hits: 18 },
} as const;

const topCount = 60;
const ofTop = 0.8;
const reportSeconds = 60;

/** Bytes and keys per second of a region's last report. */
export const flowOf = (view: RegionView, kind: FlowKind): { bytes: number; keys: number } =>
  kind === 'write'
    ? { bytes: Math.round(view.writtenBytes / reportSeconds), keys: Math.round(view.writtenKeys / reportSeconds) }
    : { bytes: Math.round(view.readBytes / reportSeconds), keys: Math.round(view.readKeys / reportSeconds) };

/** Whether PD lists the region as hot: in enough reports in a row it was over the threshold. */
export const isHot = (view: RegionView, kind: FlowKind): boolean => view.hotDegrees[kind] >= rules[kind].hits;

/**
 * Counts reports. The threshold is a fixed minimum or 0.8 of the sixtieth largest flow, whichever is more: in an even
 * cluster half of the regions are hot all the time, and a real hot spot makes the list shrink.
 */
export function noteReports(view: RegionView, kind: FlowKind, { sixtiethBytes, times }: { readonly sixtiethBytes: number; readonly times: number }): void {
  const rule = rules[kind];
  const least = ofTop * sixtiethBytes;
  const { bytes, keys } = flowOf(view, kind);
  const hot = bytes >= least && (bytes >= rule.bytes || keys >= rule.keys);
  view.hotDegrees[kind] = Math.max(0, view.hotDegrees[kind] + (hot ? 1 : -1) * rule.degreesPerReport * times);
}

/** The sixtieth largest flow, in bytes per second; 0 with fewer regions. */
export function sixtieth(views: Iterable<RegionView>, kind: FlowKind): number {
  const flows = Float64Array.from(views, (view) => flowOf(view, kind).bytes).sort();
  return flows[flows.length - topCount] ?? 0;
}
