import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PageFamily, parsePage } from './page.ts';
import { known, readRecorded, recordedPages, tikvCases, twinFolder } from './reference.ts';

/** Type, help, label names, and for a histogram the name of its bounds. */
export type Fact = readonly [type: string, help: string, labels: readonly string[], bounds?: string];

/** What the recorded pages of TiKV and PD, and the recorded series of the host exporter, say of each family. */
export interface Facts {
  /** Bucket bounds by name. */
  readonly bounds: Readonly<Record<string, readonly number[]>>;
  readonly families: Readonly<Record<string, Fact>>;
}

interface Seen {
  type: string;
  help: string;
  readonly labels: Set<string>;
  readonly bounds: Set<number>;
}

/** Labels of the format, not of the family. */
const formats: ReadonlySet<string> = new Set(['le', 'quantile']);

/** Reads the facts from every recording. */
export function recordedFacts(): Facts {
  const seen = new Map<string, Seen>();
  for (const recording of tikvCases()) {
    for (const { text } of recordedPages(recording)) for (const family of parsePage(text)) note(seen, family);
  }
  noteHosts(seen);
  const bounds = new Map<string, string>();
  const families = [...seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { type, help, labels, bounds: les }]) => {
    const fact = [type, help, [...labels].sort()] as const;
    if (type !== 'histogram') return [name, fact] as const;
    const key = JSON.stringify([...les].filter(Number.isFinite).sort((a, b) => a - b));
    return [name, [...fact, known(bounds, key, () => `b${bounds.size + 1}`)] as const] as const;
  });
  return { bounds: Object.fromEntries([...bounds].map(([key, id]) => [id, JSON.parse(key)])), families: Object.fromEntries([...families, ...Object.entries(unrecorded)].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function note(seen: Map<string, Seen>, { name, type, help, samples }: PageFamily): void {
  const fact = known(seen, name, () => ({ type, help, labels: new Set(), bounds: new Set() }));
  for (const { labels } of samples) {
    for (const label of Object.keys(labels)) if (!formats.has(label)) fact.labels.add(label);
    if (labels['le'] !== undefined) fact.bounds.add(Number(labels['le'].replace('+Inf', 'Infinity')));
  }
}

/** What exporters show by default and the recorded ones had switched off: names, types and words of node_exporter 1.11. */
const unrecorded: Readonly<Record<string, Fact>> = { node_cpu_seconds_total: ['counter', 'Seconds the CPUs spent in each mode.', ['cpu', 'mode']] };

/** The host exporter's pages were not kept; its series and metadata were. */
function noteHosts(seen: Map<string, Seen>): void {
  const metadata = JSON.parse(readRecorded('tikv-baseline', 'metadata.json.gz')) as Record<string, { readonly type: string; readonly help: string }>;
  for (const line of readRecorded('tikv-baseline', 'metrics.jsonl.gz').split('\n')) {
    const { n: name = '', l: labels = {} } = (line === '' ? {} : JSON.parse(line)) as { n?: string; l?: Record<string, string> };
    if (!name.startsWith('node_')) continue;
    const { type = 'untyped', help = '' } = metadata[name] ?? {};
    const fact = known(seen, name, () => ({ type: type === 'unknown' ? 'untyped' : type, help, labels: new Set(), bounds: new Set() }));
    for (const label of Object.keys(labels)) fact.labels.add(label);
  }
}

/** One line for each family, so that a change is one line too. */
export function factsText({ bounds, families }: Facts): string {
  const lines = (entries: object): string => Object.entries(entries).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(',\n');
  return `{"bounds": {\n${lines(bounds)}\n},\n"families": {\n${lines(families)}\n}}\n`;
}

if (import.meta.main) writeFileSync(join(twinFolder, 'metrics', 'families.json'), factsText(recordedFacts()));
