import type { Row } from './compare.ts';
import type { Fidelity } from './fidelity.ts';

const kinds = ['symptom', 'order', 'time', 'magnitude', 'alert', 'state', 'message'] as const satisfies readonly Row['kind'][];

/** One line for each recording: how many of each kind agree, of how many. */
export function fidelityTable(all: readonly Fidelity[]): string {
  const lines = all.map(({ name, rows }) => [name, ...kinds.map((kind) => shareOf(rows, kind))]);
  const total = ['together', ...kinds.map((kind) => shareOf(all.flatMap(({ rows }) => rows), kind))];
  return ['| recording | symptoms | order | times | magnitudes | alerts | PD states | log messages |', '|---|---|---|---|---|---|---|---|', ...[...lines, total].map((cells) => `| ${cells.join(' | ')} |`), ''].join('\n');
}

/** Every disagreement of one recording, one line each. */
export function missesOf({ name, rows }: Fidelity): string {
  const misses = rows.filter((row) => !row.agrees);
  return [`${name}: ${misses.length} of ${rows.length} differ`, ...misses.map(({ kind, what, real, twin }) => `  ${kind.padEnd(10)} ${what}: real ${real}, twin ${twin}`), ''].join('\n');
}

function shareOf(rows: readonly Row[], kind: Row['kind']): string {
  const these = rows.filter((row) => row.kind === kind);
  return these.length === 0 ? '-' : `${these.filter((row) => row.agrees).length}/${these.length}`;
}
