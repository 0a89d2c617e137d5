import { finitePoints, usualStep } from './story.ts';

/** One sample, or a hole in the line (`null`). */
export type Drawn = readonly [number, number | null];

/**
 * The samples to draw: per bucket the lowest and the highest, in order, so that no spike is lost to averaging;
 * the ends and the instants to keep are always there. Missing samples become holes.
 */
export function drawn(points: readonly (readonly [number, number])[], options: { readonly buckets: number; readonly keepMs: readonly number[] }): Drawn[] {
  const finite = finitePoints(points);
  return withHoles(finite.length <= options.buckets * 2 ? finite : reduced(finite, options), usualStep(finite));
}

function reduced(points: readonly (readonly [number, number])[], { buckets, keepMs }: { buckets: number; keepMs: readonly number[] }) {
  const kept = new Set<number>([0, points.length - 1]);
  const size = points.length / buckets;
  for (let bucket = 0; bucket < buckets; bucket++) {
    let [low, high] = [-1, -1];
    for (let i = Math.floor(bucket * size); i < Math.min(points.length, Math.floor((bucket + 1) * size)); i++) {
      if (low < 0 || valueOf(points, i) < valueOf(points, low)) low = i;
      if (high < 0 || valueOf(points, i) > valueOf(points, high)) high = i;
    }
    if (low >= 0) kept.add(low).add(high);
  }
  for (const atMs of keepMs) {
    const next = points.findIndex(([each]) => each >= atMs);
    if (next >= 0) kept.add(next).add(Math.max(0, next - 1));
  }
  return [...kept].sort((a, b) => a - b).map((i) => points[i] as readonly [number, number]);
}

const valueOf = (points: readonly (readonly [number, number])[], i: number): number => points[i]?.[1] ?? 0;

/** Decimated lines have uneven steps, so a hole is judged by the ordinary step of the samples before decimation. */
function withHoles(points: readonly (readonly [number, number])[], stepMs: number | undefined): Drawn[] {
  const out: Drawn[] = [];
  const averageMs = points.length > 1 ? ((points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0)) / (points.length - 1) : 0;
  const holeMs = 3.5 * Math.max(stepMs ?? Infinity, averageMs);
  for (const [i, point] of points.entries()) {
    const previous = points[i - 1];
    if (previous && point[0] - previous[0] > holeMs) out.push([previous[0] + 1, null]);
    out.push(point);
  }
  return out;
}
