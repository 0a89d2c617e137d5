import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hostileBundle } from '../../test/hostile-bundle.ts';
import { passingBundle, sampleAnswer, sampleBundle, stoppedBundle } from '../../test/sample-bundle.ts';
import type { Bundle } from '../history/bundle.ts';
import { renderRun } from './page.ts';

const bundles: [string, Bundle][] = [
  ['failed', sampleBundle()], ['passed', passingBundle()], ['hostile', hostileBundle()], ['killed early', stoppedBundle('running', 0)], ['killed late', stoppedBundle('running', 210)], ['interrupted', stoppedBundle('interrupted', 245)],
  ['infra error', stoppedBundle('infra-error', 0, 'PD did not answer')], ['no symptom', stoppedBundle('no-symptom', 400)], ['agent error', stoppedBundle('agent-error', 245)], ['empty', { ...stoppedBundle('running', 0), history: [] }],
];
const section = (html: string, id: string): string => html.slice(html.indexOf(`<section id="${id}"`), html.indexOf('</section>', html.indexOf(`<section id="${id}"`)));
const text = (html: string): string => html.replace(/<[^>]*>/g, ' ').replaceAll('&#x3D;', '=').replace(/\s+/g, ' ');
const sections = ['verdict', 'facts', 'timeline', 'diagnosis', 'evidence', 'hypotheses', 'options', 'metrics', 'score', 'transcript', 'scenario', 'downloads'];

describe.each(bundles)('the page of a run that is %s', (_name, bundle) => {
  const html = renderRun(bundle);

  it('has every section once, one h1, and a heading in each', () => {
    for (const id of sections) expect(html.split(`id="${id}" data-testid="${id}"`)).toHaveLength(2);
    expect(html.match(/<h1/g)).toHaveLength(1);
    for (const id of sections.slice(1)) expect(section(html, id).match(/<h2/g)).toHaveLength(1);
  });

  it('gives the same bytes for the same bundle', () => {
    expect(renderRun(structuredClone(bundle))).toBe(html);
  });

  it('asks for nothing outside itself and carries no inline style or handler', () => {
    const tags = html.replace(/<(script|style)[^>]*>.*?<\/\1>/gs, '').match(/<[a-z][^>]*>/g) ?? [];
    expect(tags.filter((tag) => /\s(style|on\w+)=/.test(tag))).toEqual([]);
    expect(tags.filter((tag) => /\s(src|srcset|xlink:href|action)=/.test(tag))).toEqual([]);
    expect(html).not.toMatch(/href="(?:https?:|\/\/|javascript:|\/)/);
  });

  it('allows exactly its own style and script', () => {
    const of = (tag: string) => [...html.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, 'gs'))].map((match) => createHash('sha256').update(match[1] ?? '').digest('base64'));
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#x27;', "'").replaceAll('&#x3D;', '=') ?? '';
    expect(of('style')).toHaveLength(1);
    expect(of('script')).toHaveLength(1);
    for (const hash of [...of('style'), ...of('script')]) expect(policy).toContain(`'sha256-${hash}'`);
    expect(policy).toContain("default-src 'none'");
  });

  it('leads nowhere that does not exist, and names nothing twice', () => {
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    const inside = [...html.matchAll(/href="#([^"]*)"/g)].map((match) => match[1]).filter((target) => target !== '');
    expect(inside.filter((target) => !ids.includes(target))).toEqual([]);
  });

  it('is small', () => {
    expect(html.length).toBeLessThan(250_000);
    expect((html.match(/<[a-z]/g) ?? []).length).toBeLessThan(4000);
  });
});

describe('what a reader learns', () => {
  const html = renderRun(sampleBundle());

  it('first: the claim, the truth and the price', () => {
    expect(text(section(html, 'verdict'))).toMatch(/FAIL .*85 \/100 .*said tikv-2 process-crash expected tikv-2 process-crash because E4 cites O9, which was never shown/);
  });

  it('which citations hold, differ and were invented, with both values', () => {
    const evidence = text(section(html, 'evidence'));
    expect(evidence).toContain('2 hold, 1 differs, 1 was not found');
    expect(evidence).toMatch(/E1 ✓ matches/);
    expect(evidence).toMatch(/E3 ≈ differs .*≈ 70 ± 2 62/);
    expect(evidence).toMatch(/E4 ✗ not found .*never shown .*nothing/);
  });

  it('where the truth stood among the hypotheses', () => {
    expect(section(html, 'hypotheses')).toMatch(/<tr class="truth">\s*<td[^>]*>.*?accepted<\/td>\s*<td[^>]*><b>tikv-2 process-crash<\/b><small>the truth/s);
  });

  it('that the truth was never considered', () => {
    const answer = { ...sampleAnswer, causes: [{ component: 'pd-1', kind: 'clock-skew' as const, onsetMs: 0, accept: [] }] };
    expect(text(section(renderRun(sampleBundle({ answer })), 'hypotheses'))).toContain('never considered: pd-1 clock-skew');
  });

  it('knows a component by its other names', () => {
    const nodes = sampleAnswer.nodes.map((node) => (node.id === 'tikv-2' ? { ...node, aliases: ['store-4', '10.0.0.2'] } : node));
    const hypotheses = [{ cause: { component: '10.0.0.2:20160', kind: 'process-crash' as const }, verdict: 'accepted' as const, because: 'x', evidence: [] }];
    const page = text(section(renderRun(sampleBundle({ answer: { ...sampleAnswer, nodes }, diagnosis: { hypotheses } })), 'hypotheses'));
    expect(page).toContain('the truth');
    expect(page).not.toContain('never considered: tikv-2 process-crash');
  });

  it('that a recommended action is harmful, in words', () => {
    const page = section(renderRun(sampleBundle({ diagnosis: { recommendation: { option: 1, rationale: 'rebuild', verifyBy: 'look' } } })), 'options');
    expect(page).toMatch(/<tr class="chosen">.*delete-store.*recommended by the diagnosis.*harmful here/s);
  });

  it('who looked at what', () => {
    const metrics = text(section(html, 'metrics'));
    expect(metrics).toMatch(/leaders count read in O4/);
    expect(metrics).toMatch(/request latency p99 ms or s never looked/);
    expect(metrics).toContain('leaders of tikv-2: 40 → 0, 15 s after the fault');
    expect(metrics).toContain('2 more in which no value left its band');
  });

  it('how the sum comes about', () => {
    expect(text(section(html, 'score'))).toContain('score 85 = 100 × 81 / 95; not judged: detection');
  });

  it('the story in at most twelve rows, and every event behind it', () => {
    const timeline = section(html, 'timeline');
    const story = timeline.slice(timeline.indexOf('class="story"'), timeline.indexOf('<details>'));
    expect(story.match(/<li/g)?.length).toBeLessThanOrEqual(12);
    expect(timeline).toContain('all 28 events');
    expect(timeline.slice(timeline.indexOf('<details>')).match(/<li/g)).toHaveLength(28);
  });

  it('two faults at once, each in a row of its own', () => {
    const other = { ...sampleAnswer.faults[0], alias: 'second', fault: 'disk-slow', struck: ['tikv-1'], label: 'slow', colour: 'amber', fromMs: (sampleAnswer.faults[0]?.fromMs ?? 0) + 30_000, toMs: null };
    const timeline = section(renderRun(sampleBundle({ answer: { ...sampleAnswer, faults: [other, ...sampleAnswer.faults] } })), 'timeline');
    const bandTop = (colour: string) => new RegExp(`class="band paint-${colour}"[^>]* y="(\\d+)"`).exec(timeline)?.[1];
    expect(bandTop('red')).toBe('3');
    expect(bandTop('amber')).toBe('25');
    expect(text(timeline)).toContain('disk-slow tikv-1');
  });

  it('each cited value inside the answer that it came from', () => {
    expect(html).toMatch(/<mark id="O4-E3" class="differs"[^>]*>&quot;62&quot;<\/mark>/);
    expect(section(html, 'evidence')).toContain('href="#O4-E3"');
  });
});

describe('a run without a judgement', () => {
  it.each(['running', 'interrupted', 'infra-error', 'no-symptom', 'invalid-injection'] as const)('that is %s shows no score, no verdict of right or wrong, and why', (state) => {
    const html = renderRun(stoppedBundle(state, 210));
    const verdict = section(html, 'verdict');
    expect(verdict).not.toMatch(/\/100|PASS|FAIL|is-fail|is-pass/);
    expect(verdict).toContain('class="notice"');
    expect(text(section(html, 'score'))).toContain('Not scored');
  });

  it('shows the part that was written, in time since the first event', () => {
    const html = renderRun(stoppedBundle('running', 210));
    expect(text(section(html, 'timeline'))).toContain('v 3:23 +23 s ticket T1 store-down:tikv-2');
    expect(text(section(html, 'facts'))).toContain('duration 3m28s v');
  });
});

describe('text that nobody can trust', () => {
  const html = renderRun(hostileBundle());

  it('stays text', () => {
    expect(html).not.toMatch(/<img|<script>window/);
    expect(html).toContain('&lt;/script&gt;&lt;script&gt;window.pwned');
    expect(html).toContain('{{x}}{{{y}}}');
    const json = /id="chart-data">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
    expect(json).not.toMatch(/[<\u2028]/);
    expect(() => JSON.parse(json) as unknown).not.toThrow();
  });

  it('cannot hide or reorder anything', () => {
    expect(html.replace(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(html).toContain('\\u202egnp.exe');
  });
});

describe('the templates', () => {
  const folder = new URL('../../reports/templates/', import.meta.url);
  const sources = readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')] as const);

  it.each(sources)('%s never switches escaping off and stays in its budget', (name, source) => {
    if (name.endsWith('.hbs')) expect(source).not.toMatch(/\{\{\{|\{\{&/);
    expect(source.length).toBeLessThan(name.endsWith('.css') ? 16 * 1024 : 12 * 1024);
  });
});
