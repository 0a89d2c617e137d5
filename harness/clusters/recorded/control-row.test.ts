import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatControlRow, parseControlRow } from './control-row.ts';

describe('a row of control.jsonl', () => {
  test('keeps every digit of ids that a double cannot hold', () => {
    const row = parseControlRow('{"t":1,"node":"pd","request":"GET /members","status":200,"tookMs":8,"body":{"member_id":13817025920978715358}}');
    expect(row.bodyText).toBe('{"member_id":13817025920978715358}');
  });

  test.each([
    ['the body last', '{"t":5,"node":"pd","request":"GET /x","status":200,"tookMs":1,"body":[{"a":"}\\"]"}]}'],
    ['the body first', '{"body":[{"a":"}\\"]"}],"node":"pd","request":"GET /x","status":200,"t":5,"tookMs":1}'],
    ['the body between', '{"t":5,"node":"pd","body":[{"a":"}\\"]"}],"request":"GET /x","status":200,"tookMs":1}'],
  ])('is read with %s', (_, line) => {
    expect(parseControlRow(line)).toMatchObject({ t: 5, node: 'pd', request: 'GET /x', status: 200, tookMs: 1, bodyText: '[{"a":"}\\"]"}]' });
  });

  test('serves a body of plain text as the text, without the quotes of the file', () => {
    expect(parseControlRow('{"t":1,"node":"pd-2","request":"GET /stores","status":500,"tookMs":1,"body":"[PD:apiutil:ErrRedirect]redirect failed"}').bodyText).toBe('[PD:apiutil:ErrRedirect]redirect failed');
  });

  test('tells a body that was not kept from an empty one', () => {
    const head = '{"t":1,"node":"pd-2","request":"GET /ping","status":200,"tookMs":1';
    expect(parseControlRow(`${head}}`).bodyText).toBeUndefined();
    expect(parseControlRow(`${head},"body":""}`).bodyText).toBe('');
  });

  test('comes back the same from what was written, whatever the body', () => {
    const body = fc.oneof(fc.string(), fc.json(), fc.json().map((text) => text.replaceAll(',', ' ,\n')), fc.constantFrom('', '"', '{', '[1', '{"body":{"a":[]}}', ',"body":1'));
    const row = fc.record({ t: fc.nat(), node: fc.string(), request: fc.string(), status: fc.nat(), tookMs: fc.nat(), bodyText: body });
    fc.assert(
      fc.property(row, (before) => {
        expect(parseControlRow(formatControlRow(before))).toEqual(before);
      }),
    );
  });
});
