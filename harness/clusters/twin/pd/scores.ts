import type { StoreView } from './views.ts';

const gib = 2 ** 30;

/** PD's region score, version 2: the size of a store's regions, weighed by how little space is left. */
export function regionScore(sizeMib: number, view: StoreView, lowSpaceRatio = 0.8): number {
  const capacity = view.capacityBytes / gib;
  const available = view.availableBytes / gib;
  const few = Math.max(50, capacity * (1 - lowSpaceRatio));
  if (available >= capacity || capacity < 1) return sizeMib;
  const plenty = (256 * (Math.log(capacity) - Math.log(available - few + 1))) / (capacity - available + few - 1);
  const score = available > few ? sizeMib * (1 + plenty) : sizeMib * (1 + (256 * Math.log(capacity)) / capacity) + (1e10 * (few - available)) / few;
  return Math.round(score * 1e6) / 1e6;
}
