import { counted } from './format.ts';
import { plainDeep } from './plain.ts';
import { standing, type Verdict, worstFirst } from './standing.ts';
import { assets, fill } from './templates.ts';

/** One run in the index. */
export interface IndexRow {
  /** Where its page lies, relative to the index. */
  readonly href: string;
  readonly scenario: string;
  readonly seed: number;
  readonly verdict: Verdict;
  readonly score: number | null;
  readonly diagnostician: string;
  readonly state: string;
  readonly digest: string;
  readonly said: string;
  readonly expected: string;
}

/** All runs on one page: a sentence, then a table with the ones that need a reader first. */
export function renderIndex(raw: readonly IndexRow[]): string {
  const rows = plainDeep(raw).toSorted((a, b) => rank(a) - rank(b) || compare(a.scenario, b.scenario) || a.seed - b.seed || compare(a.href, b.href));
  return fill('index', {
    ...assets,
    sentence: sentenceOf(rows),
    counts: worstFirst.map((verdict) => ({ count: rows.filter((row) => row.verdict === verdict).length, ...standing(verdict, null) })).filter(({ count }) => count > 0),
    total: rows.length,
    rows: rows.map((row) => ({ ...row, ...standing(row.verdict, row.score), href: safeHref(row.href), digest: row.digest.slice(0, 12) || '–', points: standing(row.verdict, row.score).score ?? '–' })),
  });
}

const rank = (row: IndexRow): number => worstFirst.indexOf(row.verdict);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Only a relative path leads anywhere: no scheme, no other host. */
function safeHref(href: string): string {
  return /^[a-z][a-z0-9+.-]*:|^\/\/|^\\/i.test(href.trim()) ? '#' : href;
}

function sentenceOf(rows: readonly IndexRow[]): string {
  if (rows.length === 0) return 'No run has been recorded yet: npx lab run tikv/store-down writes the first.';
  const judged = rows.filter((row) => row.verdict === 'PASS' || row.verdict === 'FAIL');
  const passed = judged.filter((row) => row.verdict === 'PASS').length;
  const failing = [...new Set(judged.filter((row) => row.verdict === 'FAIL').map((row) => row.scenario))];
  const unjudged = rows.length - judged.length;
  const head = judged.length === 0 ? 'No run could be judged' : `${passed} of ${counted(judged.length, 'judged run')} ${passed === 1 ? 'passes' : 'pass'}`;
  const named = failing.length === 0 ? '' : `; failing: ${failing.slice(0, 4).join(', ')}${failing.length > 4 ? ` and ${failing.length - 4} more` : ''}`;
  return `${head}${named}${unjudged > 0 ? `; ${unjudged} without a judgement` : ''}.`;
}
