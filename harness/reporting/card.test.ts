import { describe, expect, it } from 'vitest';
import { hostileBundle } from '../../test/hostile-bundle.ts';
import { passingBundle, sampleBundle, stoppedBundle } from '../../test/sample-bundle.ts';
import type { Bundle } from '../history/bundle.ts';
import { endCard } from './card.ts';

const card = (bundle: Bundle, looks = { colour: false, unicode: true }, beside: { readonly scenarioPath?: string } = {}) =>
  endCard({ bundle, bundlePath: 'reports/runs/r', reportPath: 'reports/runs/store-down-4/index.html', wallMs: 912, virtualMs: 510_000, ...beside }, looks);
const linesOf = (text: string): string[] => text.trimEnd().split('\n');

describe('the card at the end of a run', () => {
  it('says what was claimed, what was true, what it cost and how to see it again', () => {
    expect(card(sampleBundle())).toBe(`✘ FAIL  tikv/store-down   seed 4   85/100   digest 7f3a9c51d2e8
  said      tikv-2 process-crash
  expected  tikv-2 process-crash
  because   fabricated evidence: E4 cites O9, which was never shown; a right
            answer on invented evidence does not count
  lost      -9 grounding 2 of 4 citations hold; E3 differs, E4 was never shown
            -5 differential network-partition ruled out; process-hang never con…
  times     fault v3:00, detected +23 s, diagnosed +1m05s, v8m30s in w912 ms
  agent     rules (rules/1 vocabulary/1) · 6 tool calls
  report    reports/runs/store-down-4/index.html
  again     npx lab run tikv/store-down --seed 4
`);
  });

  it('repeats what else was chosen: a kind of cluster, a file from elsewhere', () => {
    const { run } = sampleBundle();
    const again = (other: Partial<typeof run>) => linesOf(card({ ...sampleBundle(), run: { ...run, ...other } })).at(-1)?.trim();
    expect(again({ cluster: 'process' })).toBe('again     npx lab run tikv/store-down --seed 4 --cluster process');
    expect(again({ scenario: { ...run.scenario, file: 'my own.yaml' } })).toBe("again     npx lab run --scenario-file 'my own.yaml' --seed 4");
    const elsewhere = { ...sampleBundle(), run: { ...run, scenario: { ...run.scenario, file: 'mine.yaml' } } };
    expect(linesOf(card(elsewhere, undefined, { scenarioPath: '../mine.yaml' })).at(-1)?.trim()).toBe('again     npx lab run --scenario-file ../mine.yaml --seed 4');
  });

  it('says by whom to ask again, unless it was rules', () => {
    const again = (name: string) => linesOf(card({ ...sampleBundle(), run: { ...sampleBundle().run, diagnostician: { name, fingerprint: 'f' } } })).at(-1)?.trim();
    expect(again('claude:opus')).toBe('again     npx lab run tikv/store-down --seed 4 --diagnostician claude:opus');
    expect(again("command:python3 it's.py")).toBe(String.raw`again     npx lab run tikv/store-down --seed 4 --diagnostician 'command:python3 it'\''s.py'`);
  });

  it('is at most five lines for a pass', () => {
    const lines = linesOf(card(passingBundle()));
    expect(lines.length).toBeLessThanOrEqual(5);
    expect(lines[0]).toBe('✔ PASS  tikv/store-down   seed 4   95/100   digest 7f3a9c51d2e8');
    expect(lines[1]).toContain('by rules in 6 tool calls');
  });

  it('is at most fourteen lines of eighty columns, however much went wrong', () => {
    const reason = 'a long reason that goes on and on, and then on again, and never seems to reach its end';
    const criteria = Array.from({ length: 9 }, (_, i) => ({ name: `criterion-${i}`, earned: 0, possible: 10, verdict: 'fail' as const, reason }));
    const lines = linesOf(card(sampleBundle({ scorecard: { criteria, because: reason.repeat(4), said: reason.repeat(2), expected: reason.repeat(2) } })));
    expect(lines.length).toBeLessThanOrEqual(14);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.join('\n')).toContain('and 5 more, on the page');
  });

  it.each([['running', 'INTERRUPTED'], ['interrupted', 'INTERRUPTED'], ['infra-error', 'ERROR'], ['no-symptom', 'INCONCLUSIVE'], ['invalid-injection', 'INCONCLUSIVE']] as const)('gives a run that is %s no score and no verdict of right or wrong', (state, word) => {
    const text = card(stoppedBundle(state, 210));
    expect(text).toContain(word);
    expect(text).not.toMatch(/\/100|PASS|FAIL|said|lost/);
    expect(text).toMatch(/because {3}\S/);
  });

  it('names what the diagnostician did when it gave no answer', () => {
    const sample = stoppedBundle('agent-error', 245, 'AGENT_TIMEOUT: no answer within 5m');
    const failed = { kind: 'diagnosis-failed', seq: 99, atMs: sample.run.endMs, failure: { code: 'AGENT_TIMEOUT', because: 'no answer within 5m' } } as const;
    const text = card({ ...sample, history: [...sample.history.filter((event) => event.kind !== 'diagnosis-submitted'), failed] });
    expect(text).toContain('FAIL');
    expect(text).toContain('AGENT_TIMEOUT: no answer within 5m');
    expect(text).toContain('no answer +1m05s');
  });

  it('is coloured only when asked, and means the same without', () => {
    const esc = String.fromCharCode(27);
    const coloured = card(sampleBundle(), { colour: true, unicode: true });
    expect(coloured).toContain(`${esc}[1;31m`);
    expect(coloured.replaceAll(new RegExp(`${esc}\\[[\\d;]*m`, 'g'), '')).toBe(card(sampleBundle()));
  });

  it('is plain ASCII where the terminal has nothing else', () => {
    expect(card(sampleBundle(), { colour: false, unicode: false })).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('lets nothing that an agent wrote steer the terminal', () => {
    expect(card(hostileBundle()).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
