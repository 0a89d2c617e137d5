import type { LawOf } from './law.ts';

/** Every key belongs to exactly one region: the ranges follow each other from one end of the key space to the other. */
export const keySpace: LawOf = (world) => ({
  name: 'region ranges cover the key space exactly once',
  check: () => {
    const ranges = [...world.regions].sort((a, b) => (a.startKey < b.startKey ? -1 : 1));
    const ids = new Set(ranges.map((region) => region.id));
    if (ids.size !== ranges.length) return 'two regions share an id';
    let reached: string | undefined = '';
    for (const { id, startKey, endKey } of ranges) {
      if (startKey !== reached) return `region ${id} begins at "${startKey}", the one before it ends at "${reached ?? 'the end'}"`;
      reached = endKey === '' ? undefined : endKey;
    }
    return reached === undefined ? undefined : `nobody holds the keys from "${reached}" on`;
  },
});
