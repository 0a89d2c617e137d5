import type { Row } from './compare.ts';
import type { Fidelity } from './fidelity.ts';
import { reasonFor } from './reasons.ts';

const kinds = ['symptom', 'order', 'time', 'magnitude', 'alert', 'state', 'message'] as const satisfies readonly Row['kind'][];

/** One line for each recording: how many of each kind agree, of how many. */
export function fidelityTable(all: readonly Fidelity[]): string {
  const lines = all.map(({ name, rows }) => [name, ...kinds.map((kind) => shareOf(rows, kind))]);
  const total = ['together', ...kinds.map((kind) => shareOf(all.flatMap(({ rows }) => rows), kind))];
  return ['| recording | symptoms | order | times | magnitudes | alerts | PD states | log messages |', '|---|---|---|---|---|---|---|---|', ...[...lines, total].map((cells) => `| ${cells.join(' | ')} |`), ''].join('\n');
}

/** Every disagreement of one recording, one line each, with its reason. */
export function missesOf({ name, rows }: Fidelity): string {
  const misses = rows.filter((row) => !row.agrees);
  return [`${name}: ${misses.length} of ${rows.length} differ`, ...misses.map((row) => `  ${row.kind.padEnd(10)} ${row.what}: real ${row.real}, twin ${row.twin} (${reasonFor(name, row)?.because ?? unexplained})`), ''].join('\n');
}

/** What is said of a miss that nobody has explained. */
export const unexplained = 'nobody has said why';

/** The reasons by how many misses each explains, the most common first; whatever has none is at the top. */
export function missesByReason(all: readonly Fidelity[]): (readonly [because: string, misses: number])[] {
  const counts = new Map<string, number>();
  for (const { name, rows } of all) for (const row of rows) {
    if (row.agrees) continue;
    const because = reasonFor(name, row)?.because ?? unexplained;
    counts.set(because, (counts.get(because) ?? 0) + 1);
  }
  return [...counts].sort(([a, n], [b, m]) => (a === unexplained ? -1 : b === unexplained ? 1 : m - n));
}

function shareOf(rows: readonly Row[], kind: Row['kind']): string {
  const these = rows.filter((row) => row.kind === kind);
  return these.length === 0 ? '-' : `${these.filter((row) => row.agrees).length}/${these.length}`;
}
