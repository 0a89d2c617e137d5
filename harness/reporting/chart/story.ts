import { deviation, max, mean } from 'd3-array';
import { rememberedByObject } from '../../../src/kernel/remembered.ts';
import type { SignalSeries } from '../../history/bundle.ts';
import type { Frame } from './frame.ts';

type Line = SignalSeries['lines'][number];

/** What one line did: its quiet level before the fault, how far it went, when it left its band, when it fell silent. */
export interface LineStory {
  readonly name: string;
  /** Undefined when the line did not exist before the fault. */
  readonly quiet?: { readonly mean: number; readonly spread: number };
  readonly extreme?: { readonly value: number; readonly atMs: number };
  readonly leftAtMs?: number;
  readonly silent?: { readonly fromMs: number; readonly toMs: number | null };
  readonly last?: number;
  /** How far its value went, in units of its ordinary spread; the higher, the more it deserves a look. */
  readonly weight: number;
}

/** Whether its value left its ordinary band, as opposed to falling silent within it. */
export const hasMoved = (story: LineStory): boolean => story.weight >= 6;

/** Judges one line against its own quiet past; a run without a fault is quiet throughout. */
export function storyOf(line: Line, frame: Frame): LineStory {
  const faultMs = frame.faults[0]?.fromMs ?? Infinity;
  const points = finitePoints(line.points);
  const before = points.filter(([atMs]) => atMs < faultMs).map(([, value]) => value);
  const during = points.filter(([atMs]) => atMs >= faultMs);
  const silent = silence(points, frame, faultMs);
  const last = points.at(-1)?.[1];
  const shared = { name: line.name, ...(silent ? { silent } : {}), ...(last === undefined ? {} : { last }) };
  if (before.length === 0) return { ...shared, ...appeared(during), weight: during.length > 0 && faultMs !== Infinity ? 45 : 0 };
  const quiet = { mean: mean(before) ?? 0, spread: deviation(before) ?? 0 };
  const far = farthest(during, quiet.mean);
  if (!far) return { ...shared, quiet, weight: 0 };
  const scale = Math.max(quiet.spread, 0.02 * Math.max(Math.abs(quiet.mean), Math.abs(far.value)), 1e-12);
  const weight = Math.abs(far.value - quiet.mean) / scale;
  return { ...shared, quiet, extreme: far, ...leaving(during, quiet, far.value), weight };
}

function appeared(during: readonly (readonly [number, number])[]): Partial<LineStory> {
  const first = during[0];
  const far = farthest(during, 0);
  return first && far ? { extreme: far, leftAtMs: first[0] } : {};
}

function farthest(points: readonly (readonly [number, number])[], from: number): { value: number; atMs: number } | undefined {
  let best: readonly [number, number] | undefined;
  for (const point of points) if (!best || Math.abs(point[1] - from) > Math.abs(best[1] - from)) best = point;
  return best && { atMs: best[0], value: best[1] };
}

/** The first point outside a band of four spreads, or a tenth of the way to the extreme when the line was very still. */
function leaving(during: readonly (readonly [number, number])[], quiet: { mean: number; spread: number }, extreme: number): { leftAtMs?: number } {
  const band = Math.max(4 * quiet.spread, 0.1 * Math.abs(extreme - quiet.mean));
  const first = during.find(([, value]) => Math.abs(value - quiet.mean) > band);
  return first ? { leftAtMs: first[0] } : {};
}

/** The first stretch after the fault in which samples are missing: more than three and a half ordinary steps. */
function silence(points: readonly (readonly [number, number])[], frame: Frame, faultMs: number): LineStory['silent'] {
  const step = usualStep(points);
  if (step === undefined || faultMs === Infinity) return undefined;
  for (const [i, [atMs]] of points.entries()) {
    const next = points[i + 1]?.[0];
    if ((next ?? frame.toMs) > faultMs && (next ?? frame.toMs) - atMs > 3.5 * step) return { fromMs: atMs, toMs: next ?? null };
  }
  return undefined;
}

/** Those with a number: the same list for a line that has nothing else. */
export const finitePoints = (points: Line['points']): Line['points'] => (points.every(([, value]) => Number.isFinite(value)) ? points : points.filter(([, value]) => Number.isFinite(value)));

/** The ordinary distance between samples: the median of the first of them. A chart asks for it twice. */
export const usualStep = rememberedByObject((points: Line['points']): number | undefined => {
  const steps = Float64Array.from(points.slice(1, 65), ([atMs], i) => atMs - (points[i]?.[0] ?? atMs)).sort();
  const [low, high] = [steps[(steps.length - 1) >> 1], steps[steps.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
});

/** How much a whole chart deserves a look. */
export const weightOf = (stories: readonly LineStory[]): number => max(stories, (story) => story.weight) ?? 0;
