import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { elsewhere, offFeatures, ownFamilies, uncaused } from './own.ts';
import { parsePage } from './page.ts';
import { known, readRecorded, recordedPages, tikvCases, twinFolder } from './reference.ts';
import { wantedFamilies } from './wanted.ts';
import { isLocal } from './work.ts';

/** A series that never moved: name, labels, value; a histogram's is its count, which is 0. */
export type StillRow = readonly [name: string, labels: Readonly<Record<string, string>>, value: number];

interface Seen {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly values: Set<number>;
}

/** More series of one family than this are an enumeration of what a program could do; a few of them say as much. */
const most = { series: 8, histograms: 1 };

/** Series that had one and the same value on every node, at every moment, in every recording, whatever was broken in it. */
export function recordedStill(facts: Readonly<Record<string, readonly unknown[]>>): Record<'tikv' | 'pd', StillRow[]> {
  const seen = { tikv: new Map<string, Seen>(), pd: new Map<string, Seen>() };
  const scraped = new Set<string>();
  for (const recording of tikvCases()) readSeries(recording, seen, scraped);
  const wanted = wantedFamilies();
  for (const recording of tikvCases()) readPages(recording, seen, (family) => !scraped.has(family) && wanted.has(family));
  const familyOf = (name: string): string => (facts[name] ? name : name.replace(/_(sum|count)$/, ''));
  const still = (job: 'tikv' | 'pd'): StillRow[] => {
    const rows = [...seen[job].values()].filter(({ name, values, labels }) => values.size === 1 && !isLocal(labels) && facts[familyOf(name)]);
    const families = Map.groupBy(rows, ({ name }) => familyOf(name));
    return [...families].filter(([family]) => !ownFamilies.has(family) && !offFeatures.test(family) && !elsewhere.test(family) && !uncaused.test(family)).sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([family, list]) => {
      const counts = facts[family]?.[0] === 'histogram' ? list.filter(({ name, values }) => name === `${family}_count` && values.has(0)) : list;
      return counts.slice(0, facts[family]?.[0] === 'histogram' ? most.histograms : most.series).map(({ labels, values }) => [family, labels, [...values][0] as number] as const);
    });
  };
  return { tikv: still('tikv'), pd: still('pd') };
}

type Jobs = Record<'tikv' | 'pd', Map<string, Seen>>;

function note(map: Map<string, Seen>, name: string, labels: Readonly<Record<string, string>>): Set<number> {
  return known(map, `${name}${JSON.stringify(Object.entries(labels).sort())}`, () => ({ name, labels, values: new Set<number>() })).values;
}

function readSeries(recording: string, seen: Jobs, scraped: Set<string>): void {
  const [header = '', ...lines] = readRecorded(recording, 'metrics.jsonl.gz').split('\n');
  const { targets } = JSON.parse(header) as { targets: { job: string }[] };
  for (const text of lines) {
    if (text === '') continue;
    const { n, l, t, k, v } = JSON.parse(text) as { n: string; l: Record<string, string>; t: number; k?: number; v?: (number | null)[] };
    const job = targets[t]?.job;
    if ((job !== 'tikv' && job !== 'pd') || n.endsWith('_bucket')) continue;
    scraped.add(n.replace(/_(sum|count)$/, '')).add(n);
    const values = note(seen[job], n, l);
    for (const value of v ?? [k]) if (value !== null && value !== undefined && values.size < 2) values.add(value);
  }
}

/** Families that the recordings' Prometheus dropped stand on the pages alone; a counter that is 0 there was 0 through all that was done before. */
function readPages(recording: string, seen: Jobs, fits: (family: string) => boolean): void {
  for (const { node, text } of recordedPages(recording)) {
    const job = node.startsWith('pd') ? 'pd' : 'tikv';
    for (const { name: family, samples } of parsePage(text)) {
      if (!fits(family)) continue;
      for (const { name, labels, value } of samples) if (labels['le'] === undefined && labels['quantile'] === undefined) note(seen[job], name, labels).add(value);
    }
  }
}

/** One row a line. */
export const stillText = (table: Record<string, readonly StillRow[]>): string =>
  `{${Object.entries(table).map(([job, rows]) => `"${job}": [\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]`).join(',\n')}}\n`;

if (import.meta.main) {
  const { default: facts } = await import('../../harness/clusters/twin/metrics/families.json', { with: { type: 'json' } });
  writeFileSync(join(twinFolder, 'metrics', 'still.json'), stillText(recordedStill(facts.families as never)));
}
