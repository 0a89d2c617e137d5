import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownJson } from './json-lines.ts';

const textOf = (html: string): string => html.replace(/<[^>]*>/g, '').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

describe('an answer on the page', () => {
  it('marks the cited value and nothing else', () => {
    const { body, marked } = shownJson({ result: [{ value: [1, '62'] }] }, [{ pointer: '/result/0/value/1', id: 'E3', check: 'differs' }], 'O4');
    expect(body.toHTML()).toContain('<mark id="O4-E3" class="differs" title="E3">&quot;62&quot;</mark>');
    expect(body.toHTML().match(/<mark/g)).toHaveLength(1);
    expect([...marked]).toEqual(['E3']);
  });

  it('gives two citations of one value a place each', () => {
    const cite = (id: string) => ({ pointer: '/a', id, check: 'matches' });
    expect(shownJson({ a: 1 }, [cite('E1'), cite('E2')], 'O1').body.toHTML()).toMatch(/id="O1-E1".*id="O1-E2"/);
  });

  it('finds keys with slashes and tildes', () => {
    expect(shownJson({ 'a/b~c': 1 }, [{ pointer: '/a~1b~0c', id: 'E1', check: 'matches' }], 'O1').marked.size).toBe(1);
  });

  it('keeps a cited line that lies beyond the cut, and says what is missing', () => {
    const long = Array.from({ length: 2000 }, (_, i) => ({ line: `something that takes its room ${i}`.padEnd(110, '.') }));
    const { body, cut } = shownJson(long, [{ pointer: '/1999/line', id: 'E1', check: 'matches' }], 'O1');
    expect(body.toHTML()).toContain('id="O1-E1"');
    expect(cut).toMatch(/^cut: \d+ of 6002 lines/);
    expect(textOf(body.toHTML()).length).toBeLessThan(25_000);
  });

  it('cuts one endless string', () => {
    const { body, cut } = shownJson({ raw: 'x'.repeat(1_000_000) }, [], 'O1');
    expect(body.toHTML().length).toBeLessThan(25_000);
    expect(cut).not.toBe('');
  });

  it('is still JSON when nothing was cut', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
      expect(JSON.parse(textOf(shownJson(value, [], 'O1').body.toHTML()))).toEqual(JSON.parse(JSON.stringify(value)));
    }), { numRuns: 200 });
  });
});
