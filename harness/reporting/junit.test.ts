import { describe, expect, it } from 'vitest';
import { hostile } from '../../test/hostile-bundle.ts';
import { type JUnitRow, renderJUnit, tallyOf } from './junit.ts';

const row = (changes: Partial<JUnitRow> = {}): JUnitRow => ({
  scenario: 'tikv/store-down', file: 'scenarios/tikv/store-down.yaml', seed: 4, diagnostician: 'rules', fingerprint: 'rules/1', verdict: 'PASS', score: 95, state: 'scored', failureClass: null,
  said: 'tikv-2 process-crash', expected: 'tikv-2 process-crash', because: 'right', digest: '7f3a', wallMs: 912, virtualMs: 510_000, report: 'reports/runs/r/index.html', card: 'PASS\n', ...changes,
});

describe('JUnit', () => {
  it('counts a wrong diagnosis as a failure, a broken lab as an error, and an open question as skipped', () => {
    const xml = renderJUnit([row(), row({ verdict: 'FAIL', failureClass: 'looked, misread', said: 'pd-1 process-crash' }), row({ verdict: 'ERROR', state: 'infra-error', score: null }), row({ verdict: 'INCONCLUSIVE', score: null, because: 'fault had no effect' })]);
    expect(xml).toContain('<testsuites name="operator-lab" tests="4" failures="1" errors="1" skipped="1" time="3.648">');
    expect(xml).toContain('<failure type="looked, misread" message="said pd-1 process-crash, expected tikv-2 process-crash">');
    expect(xml).toContain('<error type="infra-error"');
    expect(xml).toContain('<skipped message="fault had no effect"></skipped>');
  });

  it('has one suite for each scenario file and one case for each run', () => {
    const xml = renderJUnit([row(), row({ seed: 5 }), row({ scenario: 'controls/healthy', file: 'scenarios/controls/healthy.yaml' })]);
    expect(xml.match(/<testsuite /g)).toHaveLength(2);
    expect(xml).toContain('<testcase name="tikv/store-down seed 5 [rules]" classname="scenarios.tikv.store-down" file="scenarios/tikv/store-down.yaml" line="1" time="0.912">');
  });

  it('gives no score where nothing was judged, and says where the page is', () => {
    const xml = renderJUnit([row({ verdict: 'INTERRUPTED', state: 'interrupted', score: 40 })]);
    expect(xml).toContain('<property name="score" value="none">');
    expect(xml).toContain('[[ATTACHMENT|reports/runs/r/index.html]]\n</system-out>');
  });

  it('stays well-formed whatever an agent wrote', () => {
    const xml = renderJUnit([row({ verdict: 'FAIL', said: hostile, because: hostile, card: hostile, failureClass: hostile, diagnostician: hostile })]);
    expect(xml).not.toMatch(/[^\n\P{Cc}]|\p{Cs}/u);
    const tags = [...xml.replace(/<\?.*\?>/, '').matchAll(/<(\/?)([a-z-]+)[^<>]*>/g)];
    const open: string[] = [];
    for (const [, closing, name] of tags) {
      if (closing) expect(open.pop()).toBe(name);
      else open.push(name ?? '');
    }
    expect(open).toEqual([]);
    expect(xml).not.toContain('<script');
  });

  it('ends a suite with one line of counts', () => {
    expect(tallyOf([row(), row(), row({ verdict: 'FAIL' })])).toBe('3 runs: 2 PASS, 1 FAIL');
    expect(tallyOf([])).toBe('0 runs: none');
  });
});
