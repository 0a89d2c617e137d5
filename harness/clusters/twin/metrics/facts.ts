import type { Labels, MetricMeta } from '../../../telemetry/contract.ts';
import recorded from './families.json' with { type: 'json' };
import keptRows from './kept.json' with { type: 'json' };

/** Type, help, label names, and for a histogram the name of its bounds; written by `test/facts/families.ts` from recorded pages. */
type Fact = readonly [type: string, help: string, labels: readonly string[], bounds?: string];

const families = recorded.families as unknown as Readonly<Record<string, Fact>>;
const bounds = recorded.bounds as Readonly<Record<string, readonly number[]>>;

/** What the recorded exporters were told to leave out, or never had a reason to show, in the programs' own words. */
const unrecorded: Readonly<Record<string, Fact>> = {
  node_cpu_seconds_total: ['counter', 'Seconds the CPUs spent in each mode.', ['cpu', 'mode']],
  // TiKV 8.5, src/storage/metrics.rs.
  tikv_scheduler_throttle_duration_seconds: ['histogram', 'Bucketed histogram of peer commits logs duration.', []],
  tikv_scheduler_throttle_action_total: ['counter', 'Total number of actions for flow control.', ['cf', 'type']],
  tikv_scheduler_too_busy_total: ['counter', 'Total count of scheduler too busy', ['type']],
};

/** The family that a series belongs to, by the series' name: a histogram's three parts are one family. */
export function familyOf(series: string): string {
  if (series in families) return series;
  const base = series.replace(/_(bucket|sum|count)$/, '');
  return base in families ? base : series;
}

const kept = keptRows as Readonly<Record<string, readonly string[]>>;

/** Whether the program keeps a series to itself and brings it up to date every ten seconds; written by `test/facts/kept.ts` from the recordings. */
export function isKept(series: string, labels: Labels): boolean {
  const types = kept[familyOf(series)];
  return types !== undefined && (types.length === 0 || types.includes(labels['type'] ?? ''));
}

/** What the real program says of a family; undefined where none was ever seen. */
export function metaOf(family: string): MetricMeta | undefined {
  const fact = families[family] ?? unrecorded[family];
  return fact && { type: fact[0] as MetricMeta['type'], help: fact[1] };
}

/** The bucket bounds of a family, as recorded. */
export function boundsOf(family: string): readonly number[] {
  const found = bounds[families[family]?.[3] ?? ''];
  if (!found) throw new Error(`${family} is no recorded histogram`);
  return found;
}
