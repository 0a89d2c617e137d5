import type { Millis } from '../../src/kernel/clock.ts';
import type { MetricMeta } from './contract.ts';
import { nameLabel, type LabelSet } from './labels.ts';
import { formatValue } from './promql/format.ts';
import type { MetricStore } from './store.ts';
import type { StoredTarget } from './target.ts';

/** One series as a page writes it: `name{a="b"}`. */
export function seriesText(labels: LabelSet, skipped: ReadonlySet<string> = none): string {
  const parts: string[] = [];
  for (let i = 0; i < labels.pairs.length; i += 2) {
    const label = labels.pairs[i] as string;
    if (label !== nameLabel && !skipped.has(label)) parts.push(`${/^[a-zA-Z_]\w*$/.test(label) ? label : `"${escaped(label)}"`}="${escaped(labels.pairs[i + 1] as string)}"`);
  }
  const name = labels.get(nameLabel);
  if (!/^[a-zA-Z_:][\w:]*$/.test(name)) return `{${[`"${escaped(name)}"`, ...parts].join(',')}}`;
  return parts.length === 0 ? name : `${name}{${parts.join(',')}}`;
}

const none: ReadonlySet<string> = new Set();
const escaped = (text: string): string => (/[\\"\n]/.test(text) ? text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') : text);

/** The family that a series belongs to: what `# TYPE` names. */
export function familyOf(name: string, metadata: ReadonlyMap<string, MetricMeta>): string {
  if (metadata.has(name)) return name;
  const base = name.replace(/_(bucket|sum|count)$/, '');
  const type = metadata.get(base)?.type;
  return type === 'histogram' || (type === 'summary' && !name.endsWith('_bucket')) ? base : name;
}

/** What Prometheus itself writes about a scrape stands on no page. */
const reportNames: ReadonlySet<string> = new Set(['up', 'scrape_duration_seconds', 'scrape_samples_scraped', 'scrape_samples_post_metric_relabeling', 'scrape_series_added']);
const targetLabels: ReadonlySet<string> = new Set(['job', 'instance']);

/** The page that a target showed at its newest scrape up to an instant, in the plain text format; empty where that scrape failed. */
export function writeExposition(store: MetricStore, target: StoredTarget, atMs: Millis): string {
  const metadata = store.metadata();
  const families = new Map<string, string[]>();
  const scrapedAtMs = target.times.slice(0, target.times.count).findLast((each) => each <= atMs);
  for (const series of target.allSeries()) {
    const name = series.labels.get(nameLabel);
    const view = series.view(atMs);
    if (reportNames.has(name) || view.times.length === 0 || view.times.at(-1) !== scrapedAtMs) continue;
    const family = familyOf(name, metadata);
    const lines = families.get(family) ?? header(family, metadata.get(family));
    lines.push(`${seriesText(series.labels, target.bare ? none : targetLabels)} ${formatValue(view.values.at(-1) as number)}\n`);
    families.set(family, lines);
  }
  return [...families.values()].flat().join('');
}

function header(family: string, meta: MetricMeta | undefined): string[] {
  if (!meta) return [];
  const help = meta.help === '' ? [] : [`# HELP ${family} ${meta.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`];
  return [...help, `# TYPE ${family} ${meta.type}\n`];
}
