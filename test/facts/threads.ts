import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fitNonNegative } from './fit.ts';
import { parsePage } from './page.ts';
import { known, recordedPages, tikvCases, twinFolder } from './reference.ts';
import { storeRows } from './work.ts';
import { windowsOf } from './windows.ts';

/** A thread's name (`%` stands for the store's number), how many bear it, and CPU seconds of all of them for each second, read, put, entry and turn. */
export type ThreadRow = readonly [name: string, copies: number, per: readonly number[]];

const recordings = ['tikv-baseline', 'tikv-disk-slow', 'tikv-hot-read', 'tikv-hot-write', 'tikv-evict-leader'];
const named = (name: string): string => name.replace(/^(raftstore)_\d+_/, '$1_%_');

/** The threads of a real store and what their work costs. */
export function recordedThreads(): ThreadRow[] {
  const rows = recordings.flatMap((name) => storeRows(windowsOf(name, true)));
  const spent = rows.map(({ window }) => {
    const sums = new Map<string, number>();
    for (const [key, by] of window.grown) {
      if (!key.startsWith('tikv_thread_cpu_seconds_total{')) continue;
      const name = named((JSON.parse(key.slice(key.indexOf('{'))) as { name: string }).name);
      sums.set(name, known(sums, name, () => 0) + by);
    }
    return sums;
  });
  const copies = copiesOf();
  return [...copies].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => {
    const wanted = spent.map((sums) => sums.get(name) ?? 0);
    const found = fitNonNegative(rows.map(({ drivers }) => drivers), wanted, wanted.map((by) => 1 / (0.1 + by)));
    return [name, count, found.slice(0, -1).map((each) => (each < 1e-9 ? 0 : Number(each.toPrecision(3))))];
  });
}

function copiesOf(): Map<string, number> {
  const page = recordedPages(tikvCases()[0] as string).find(({ node }) => node.startsWith('tikv'));
  const counts = new Map<string, number>();
  for (const { samples } of parsePage(page?.text ?? '').filter(({ name }) => name === 'tikv_thread_cpu_seconds_total')) {
    for (const { labels } of samples) counts.set(named(labels['name'] ?? ''), known(counts, named(labels['name'] ?? ''), () => 0) + 1);
  }
  return counts;
}

/** One row a line. */
export const threadsText = (rows: readonly ThreadRow[]): string => `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`;

if (import.meta.main) writeFileSync(join(twinFolder, 'store', 'meters', 'threads.json'), threadsText(recordedThreads()));
