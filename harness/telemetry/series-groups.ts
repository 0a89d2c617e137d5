import { compareText, type LabelSet } from './labels.ts';
import type { Samples } from './samples.ts';
import type { ScrapedSeries } from './series.ts';
import type { StoredTarget } from './target.ts';

/** One series of a target, or the buckets of one histogram in order of their bounds. */
export interface SeriesGroup {
  /** All labels, without the bound. */
  readonly labels: LabelSet;
  /** Those that the target does not add. */
  readonly named: LabelSet;
  readonly members: { readonly le: string; readonly bound: number; readonly samples: Samples }[];
}

/** The series of a target that have samples, histogram by histogram. */
export function groupsOf(target: StoredTarget): SeriesGroup[] {
  const groups = new Map<string, SeriesGroup>();
  let group: SeriesGroup | undefined;
  for (const series of target.allSeries()) {
    if (series.samples.isEmpty) continue;
    const { le, bound, others } = (target.bare ? series.labels : series.shared).bucket;
    // The buckets of a histogram mostly come one after the other.
    if (group?.named !== others) group = groups.get(others.key);
    if (!group) groups.set(others.key, (group = { labels: labelsWithoutBound(series), named: others, members: [] }));
    group.members.push({ le, bound, samples: series.samples });
  }
  for (const { members } of groups.values()) if (members.length > 1) members.sort(byBound);
  return [...groups.values()];
}

const labelsWithoutBound = ({ labels }: ScrapedSeries): LabelSet => labels.bucket.others;

const byBound = (a: SeriesGroup['members'][number], b: SeriesGroup['members'][number]): number => (a.bound === b.bound ? compareText(a.le, b.le) : a.bound - b.bound);
