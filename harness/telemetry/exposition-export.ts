import type { MetricMeta } from './contract.ts';
import { compareLabels, compareText, nameLabel } from './labels.ts';
import { matcher } from './matchers.ts';
import { familyOf, seriesText } from './exposition-write.ts';
import { formatValue } from './promql/format.ts';
import type { SeriesSource } from './series.ts';
import type { MetricStore } from './store.ts';

/**
 * A whole store as OpenMetrics, every sample with its time, for `promtool tsdb create-blocks-from openmetrics`; in
 * pieces, since a run can be larger than one string. The format has no stale markers: a series that ended is
 * carried on there for the five minutes of the look-back.
 */
export function* exportOpenMetrics(store: MetricStore): Generator<string> {
  const metadata = store.metadata();
  const families = Map.groupBy(store.select([matcher(nameLabel, '=~', '.+')]), ({ labels }) => familyOf(labels.get(nameLabel), metadata));
  for (const [family, series] of [...families].sort(([a], [b]) => compareText(a, b))) {
    yield* header(family, metadata.get(family));
    for (const each of [...series].sort((a, b) => compareLabels(a.labels, b.labels))) yield samplesText(each);
  }
  yield '# EOF\n';
}

/** OpenMetrics names a counter without its `_total`; one that has none is unknown to it. */
function header(family: string, meta: MetricMeta | undefined): string[] {
  if (!meta) return [];
  const isCounter = meta.type === 'counter' && family.endsWith('_total');
  const name = isCounter ? family.slice(0, -'_total'.length) : family;
  const help = meta.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
  const type = isCounter || meta.type === 'gauge' || meta.type === 'histogram' || meta.type === 'summary' ? meta.type : 'unknown';
  return [`# TYPE ${name} ${type}\n`, ...(help === '' ? [] : [`# HELP ${name} ${help}\n`])];
}

function samplesText(source: SeriesSource): string {
  const { times, values } = source.view(Infinity);
  const series = seriesText(source.labels);
  let text = '';
  for (let i = 0; i < times.length; i++) text += `${series} ${formatValue(values[i] as number)} ${(times[i] as number) / 1_000}\n`;
  return text;
}
