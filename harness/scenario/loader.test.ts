import fc from 'fast-check';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatProblems } from './format-problems.ts';
import { loadScenarioFile, loadScenarioText } from './loader.ts';
import { scenariosRoot } from './places.ts';

const storeDown = readFileSync(path.join(scenariosRoot, 'tikv', 'store-down.yaml'), 'utf8');

const small = `scenario: small
title: Small
story: Nothing happens.
subject: tikv
cluster: { kind: twin }
timeline: [{ steady: 1m }]
truth: { verdict: healthy }
`;

const shown = (text: string, file = 'small.yaml'): string => formatProblems(loadScenarioText(text, { file }).problems);

describe('a broken scenario file is shown with', () => {
  test('the nearest key for a mistyped one, without calling the right one missing', () => {
    expect(shown(small.replace('story:', 'stroy:'))).toBe(`small.yaml:3:1  error  unknown key "stroy"
   2 | title: Small
   3 | stroy: Nothing happens.
     | ^^^^^  did you mean "story"?
1 error   docs: docs/scenario.md`);
  });

  test('the nearest word of a closed list', () => {
    expect(shown(small.replace('healthy', 'helthy'))).toBe(`small.yaml:7:19  error  unknown truth.verdict "helthy"
   6 | timeline: [{ steady: 1m }]
   7 | truth: { verdict: helthy }
     |                   ^^^^^^  did you mean "healthy"?
1 error   docs: docs/scenario.md`);
  });

  test('the form that a span without a unit should have', () => {
    expect(shown(small.replace('1m', '60'))).toBe(`small.yaml:6:22  error  timeline[0].steady must be text such as 45s, not 60
   5 | cluster: { kind: twin }
   6 | timeline: [{ steady: 60 }]
     |                      ^^  did you mean 60s?
1 error   docs: docs/scenario.md`);
  });

  test('every mistake at once, in the order of the file', () => {
    const broken = small.replace('title: Small', 'title:').replace('twin', 'twn').replace('{ steady: 1m }', '{ steady: 3 minutes }, { hodl: 1m }');
    expect(shown(broken)).toBe(`small.yaml:2:1  error  title is empty
   1 | scenario: small
   2 | title:
     | ^^^^^
small.yaml:5:18  error  unknown cluster.kind "twn"
   4 | subject: tikv
   5 | cluster: { kind: twn }
     |                  ^^^  did you mean "twin"?
small.yaml:6:22  error  timeline[0].steady must be a span such as 250ms, 45s or 3m, not "3 minutes"
   5 | cluster: { kind: twn }
   6 | timeline: [{ steady: 3 minutes }, { hodl: 1m }]
     |                      ^^^^^^^^^  did you mean 3m?
small.yaml:6:37  error  unknown key "hodl"
   5 | cluster: { kind: twn }
   6 | timeline: [{ steady: 3 minutes }, { hodl: 1m }]
     |                                     ^^^^  did you mean "hold"?
4 errors   docs: docs/scenario.md`);
  });

  test('a place for a key that is missing', () => {
    expect(shown(small.replace('{ verdict: healthy }', '{ causes: [] }'))).toBe(`small.yaml:7:1  error  truth.verdict is missing
   6 | timeline: [{ steady: 1m }]
   7 | truth: { causes: [] }
     | ^^^^^
1 error   docs: docs/scenario.md`);
  });

  test('the comma that cut a sentence in two', () => {
    expect(shown(small.replace('healthy }', 'healthy, impact: [{ component: tikv, effect: slow, but alive }] }'))).toBe(`small.yaml:7:70  error  this text is cut off: inside { } a comma ends a value
   6 | timeline: [{ steady: 1m }]
   7 | truth: { verdict: healthy, impact: [{ component: tikv, effect: slow, but alive }] }
     |                                                                      ^^^^^^^^^  put the whole text in quotes
1 error   docs: docs/scenario.md`);
  });

  test('both of two steps that were written as one', () => {
    expect(shown(small.replace('[{ steady: 1m }]', '\n  - steady: 1m\n    hold: 1m'))).toBe(`small.yaml:8:5  error  "hold" cannot stand beside the key before it
   7 |   - steady: 1m
   8 |     hold: 1m
     |     ^^^^  give "hold" a line of its own that begins with "- "
1 error   docs: docs/scenario.md`);
  });

  test('a key that is given twice', () => {
    expect(shown(`${small}title: Again\n`)).toBe(`small.yaml:8:1  error  this key is given twice
   7 | truth: { verdict: healthy }
   8 | title: Again
     | ^^^^^  keep one of them
1 error   docs: docs/scenario.md`);
  });

  test('a tab that indents', () => {
    expect(shown(small.replace('{ verdict: healthy }', '\n\tverdict: healthy'))).toContain('small.yaml:8:1  error  a tab indents this line\n');
  });

  test('a colon that makes a sentence a key', () => {
    expect(shown(small.replace('Nothing happens.', 'in short: nothing'))).toBe(`small.yaml:3:8  error  a second ": " stands in this line
   2 | title: Small
   3 | story: in short: nothing
     |        ^^^^^^^^^^^^^^^^^  put the text after the first one in quotes
1 error   docs: docs/scenario.md`);
  });

  test('a bracket that is never closed', () => {
    expect(shown(small.replace('{ kind: twin }', '{ kind: twin'))).toContain('small.yaml:6:1  error  a { or [ above this line is not closed\n');
  });

  test('a timeline that would never end', () => {
    const endless = small.replace(/timeline:.*/, `timeline: [{ steady: 1m }${', { hold: 1s }'.repeat(300)}]`);
    expect(shown(endless)).toContain('error  timeline has 301 items, at most 200 are read\n');
  });

  test('a second document', () => {
    expect(shown(`${small}---\n${small}`)).toContain('error  a second document begins here\n');
  });

  test('an alias that leads nowhere', () => {
    expect(shown(small.replace('story: Nothing happens.', 'story: *nowhere'))).toContain('small.yaml:3:8  error  nothing is anchored as &nowhere\n');
  });

  test('the name that differs from the file, among the committed ones', () => {
    expect(shown(small, 'scenarios/tikv/other.yaml')).toContain('error  the scenario is called "small" and its file "other"\n');
  });

  test('a file outside the repository may be called anything', () => {
    const { scenario } = loadScenarioText(small, { file: '/elsewhere/other.yaml' });
    expect(scenario).toMatchObject({ id: 'small', file: 'other.yaml' });
  });

  test('a word where there is nothing to read', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lab-scenario-'));
    const latin1 = path.join(folder, 'latin1.yaml');
    writeFileSync(latin1, Buffer.from([0x73, 0x3a, 0x20, 0xe9]));
    expect(shown('')).toContain('small.yaml:1:1  error  the file is empty');
    expect(shown('# only a comment\n')).toContain('the file is empty');
    expect(shown('- a list\n')).toContain('small.yaml:1:1  error  the file must be a map of keys, not a list');
    expect(loadScenarioFile(path.join(folder, 'absent.yaml')).problems[0]?.message).toBe('there is no such file');
    expect(loadScenarioFile(folder).problems[0]?.message).toBe('this is a folder, not a scenario file');
    expect(loadScenarioFile(latin1).problems[0]?.message).toBe('this is not UTF-8 text');
  });
});

describe('a scenario file is read', () => {
  test('with its defaults, its id and its own text', () => {
    const { scenario, problems } = loadScenarioFile(path.join(scenariosRoot, 'tikv', 'store-down.yaml'));
    expect(problems).toEqual([]);
    expect(scenario).toMatchObject({ id: 'tikv/store-down', file: 'scenarios/tikv/store-down.yaml', text: storeDown, cluster: { kind: 'twin', tikv: 3 } });
    expect(scenario?.load?.valueBytes).toBe(1024);
  });

  test('under the same name wherever a file outside the package lies', () => {
    expect(loadScenarioText(small, { file: '/somewhere/small.yaml' }).scenario).toMatchObject({ id: 'small', file: 'small.yaml' });
  });

  test('the same in whatever order its keys stand', () => {
    const blocks = small.trim().split('\n');
    const expected = loadScenarioText(small, { file: 'small.yaml' }).scenario;
    fc.assert(
      fc.property(fc.shuffledSubarray(blocks, { minLength: blocks.length }), (order) => {
        const { scenario } = loadScenarioText(`${order.join('\n')}\n`, { file: 'small.yaml' });
        expect({ ...scenario, text: small }).toEqual(expected);
      }),
    );
  });

  test('or refused at a place inside the file, whatever is cut out of it or put into it', () => {
    const cut = fc.record({ from: fc.nat(storeDown.length), length: fc.nat(40), put: fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('\t', '- ', ': ', '{', '*a', '&a ', '!!int ', '<<: ', '? ')) });
    fc.assert(
      fc.property(cut, ({ from, length, put }) => {
        const text = storeDown.slice(0, from) + put + storeDown.slice(from + length);
        const { scenario, problems } = loadScenarioText(text, { file: 'store-down.yaml' });
        expect(scenario !== undefined || problems.some((problem) => problem.severity === 'error')).toBe(true);
        for (const { line, column, length: underlined, excerpt } of problems) {
          const written = excerpt.at(-1)?.text ?? '';
          expect(line).toBeGreaterThanOrEqual(1);
          expect(column - 1).toBeLessThanOrEqual(written.length);
          expect(underlined).toBeGreaterThanOrEqual(1);
          expect(column - 1 + underlined).toBeLessThanOrEqual(written.length + 1);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('and its errors stay readable on a terminal that gets hostile text', () => {
    const hostile = shown(`${small}"\\e[31m\\u202e": "\u001b[31m\u202e"\n`);
    expect(hostile).toContain('unknown key "\u00b7[31m\u00b7"');
    expect(hostile).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });

  test('with colour only where colour is asked for', () => {
    const { problems } = loadScenarioText('a: 1\n', { file: 'small.yaml' });
    expect(formatProblems(problems)).not.toContain('\u001b');
    expect(formatProblems(problems, { colour: true })).toContain('\u001b[31merror\u001b[0m');
  });
});
