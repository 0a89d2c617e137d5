import { describe, expect, it } from 'vitest';
import { hostile } from '../../test/hostile-bundle.ts';
import { type IndexRow, renderIndex } from './index-page.ts';

const row = (changes: Partial<IndexRow> = {}): IndexRow => ({
  href: 'runs/a/index.html', scenario: 'tikv/store-down', seed: 4, verdict: 'PASS', score: 95, diagnostician: 'rules', state: 'scored', digest: '7f3a9c51d2e8b604', said: 'tikv-2 process-crash', expected: 'tikv-2 process-crash', ...changes,
});
const sentence = (rows: IndexRow[]) => /data-testid="sentence">([^<]*)</.exec(renderIndex(rows))?.[1];

describe('the index of runs', () => {
  it('begins with one sentence', () => {
    expect(sentence([row(), row({ seed: 5, verdict: 'FAIL' }), row({ verdict: 'ERROR', score: null })])).toBe('1 of 2 judged runs passes; failing: tikv/store-down; 1 without a judgement.');
    expect(sentence([row(), row()])).toBe('2 of 2 judged runs pass.');
  });

  it('does not turn green when nothing was judged', () => {
    expect(sentence([row({ verdict: 'ERROR', score: null })])).toBe('No run could be judged; 1 without a judgement.');
    expect(sentence([])).toContain('No run has been recorded yet');
  });

  it('lists what needs a reader first', () => {
    const html = renderIndex([row(), row({ verdict: 'INCONCLUSIVE' }), row({ verdict: 'FAIL' }), row({ verdict: 'INTERRUPTED' }), row({ verdict: 'ERROR' })]);
    expect([...html.matchAll(/verdict-word is-(\w+)/g)].map((match) => match[1])).toEqual(['fail', 'error', 'interrupted', 'inconclusive', 'pass']);
  });

  it('shows no number for a run that was not judged', () => {
    expect(renderIndex([row({ verdict: 'ERROR', score: 77 })])).not.toContain('77');
  });

  it.each(['javascript:alert(1)', ' JavaScript:alert(1)', '//elsewhere.example/x', 'https://elsewhere.example', '\\\\elsewhere'])('never links to %s', (href) => {
    expect(renderIndex([row({ href })])).toContain('<a href="#">');
  });

  it('keeps hostile text as text, and the same bytes for the same rows', () => {
    const rows = [row({ scenario: hostile, said: hostile, expected: hostile, diagnostician: hostile, state: hostile, digest: hostile, href: hostile })];
    expect(renderIndex(rows)).not.toMatch(/<script>window|<img/);
    expect(renderIndex(rows)).toBe(renderIndex(structuredClone(rows)));
  });
});
