import { counted } from './format.ts';
import { element, type Markup } from './markup.ts';
import { plain } from './plain.ts';
import { standing, type Verdict } from './standing.ts';

/** One run as one test case. Wall time is known only to the one who ran it, so it is given, not read from a bundle. */
export interface JUnitRow {
  readonly scenario: string;
  readonly file: string;
  readonly seed: number;
  readonly diagnostician: string;
  readonly fingerprint: string;
  readonly verdict: Verdict;
  readonly score: number | null;
  readonly state: string;
  readonly failureClass: string | null;
  readonly said: string;
  readonly expected: string;
  readonly because: string;
  readonly digest: string;
  readonly wallMs: number;
  readonly virtualMs: number;
  /** Relative path of the run's page. */
  readonly report: string;
  /** The end card, without colours. */
  readonly card: string;
}

/** A JUnit document: one suite per scenario file, one case per run; errors are not failures and inconclusive runs are skipped. */
export function renderJUnit(rows: readonly JUnitRow[]): string {
  const suites = [...Map.groupBy(rows, (row) => row.file)].map(([file, group]) =>
    element('testsuite', { name: clean(file), ...totals(group) }, ...group.map(testCase)));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: 'operator-lab', ...totals(rows) }, ...suites).toHTML()}\n`;
}

function totals(rows: readonly JUnitRow[]) {
  const count = (...verdicts: Verdict[]) => rows.filter((row) => verdicts.includes(row.verdict)).length;
  return { tests: rows.length, failures: count('FAIL'), errors: count('ERROR', 'INTERRUPTED'), skipped: count('INCONCLUSIVE'), time: seconds(rows.reduce((sum, row) => sum + row.wallMs, 0)) };
}

function testCase(row: JUnitRow): Markup {
  const properties = Object.entries({
    score: standing(row.verdict, row.score).score ?? 'none', seed: row.seed, state: row.state, fingerprint: row.fingerprint, digest: row.digest, virtual_s: seconds(row.virtualMs), report: row.report,
  }).map(([name, value]) => element('property', { name, value: clean(String(value)) }));
  return element('testcase',
    { name: clean(`${row.scenario} seed ${row.seed} [${row.diagnostician}]`), classname: clean(`scenarios.${row.scenario.replaceAll('/', '.')}`), file: clean(row.file), line: 1, time: seconds(row.wallMs) },
    element('properties', {}, ...properties), ...outcome(row), element('system-out', {}, `${clean(row.card)}\n[[ATTACHMENT|${clean(row.report)}]]\n`));
}

function outcome(row: JUnitRow): Markup[] {
  if (row.verdict === 'PASS') return [];
  if (row.verdict === 'INCONCLUSIVE') return [element('skipped', { message: clean(row.because) })];
  if (row.verdict === 'FAIL') return [element('failure', { type: clean(row.failureClass ?? 'wrong diagnosis'), message: clean(`said ${row.said}, expected ${row.expected}`) }, clean(row.card))];
  return [element('error', { type: clean(row.state), message: clean(row.because) }, clean(row.card))];
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

/** XML 1.0 has no way to write most control characters, not even escaped; what `plain` spells out is fine, other non-characters go. */
const clean = (text: string): string => plain(text).replace(/[\uFFFE\uFFFF]/g, '');

/** One line for the end of a suite: `12 runs: 10 PASS, 1 FAIL, 1 ERROR`. */
export function tallyOf(rows: readonly Pick<JUnitRow, 'verdict'>[]): string {
  const counts = (['PASS', 'FAIL', 'INCONCLUSIVE', 'ERROR', 'INTERRUPTED'] as const).map((verdict) => [verdict, rows.filter((row) => row.verdict === verdict).length] as const);
  return `${counted(rows.length, 'run')}: ${counts.filter(([, n]) => n > 0).map(([verdict, n]) => `${n} ${verdict}`).join(', ') || 'none'}`;
}
