import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capped, oneLine, plain, plainDeep } from './plain.ts';

const esc = String.fromCharCode(27);
/** Any code points at all, lone surrogates among them. */
const anything = fc.array(fc.oneof(fc.integer({ min: 0, max: 0x2fff }), fc.integer({ min: 0, max: 0x10ffff }))).map((codes) => String.fromCodePoint(...codes));
const invisible = /[\p{Cc}\p{Cf}\p{Cs}]/u;

describe('text from outside', () => {
  it('loses its terminal colours and window titles', () => {
    expect(plain(`${esc}[1;31mred${esc}[0m and ${esc}]0;title${String.fromCharCode(7)}done`)).toBe('red and done');
  });

  it('spells out marks that reorder or hide text', () => {
    expect(plain(`a${String.fromCodePoint(0x202e)}b${String.fromCodePoint(0x200b)}c${String.fromCharCode(7)}`)).toBe('a\\u202eb\\u200bc\\u0007');
    expect(plain(String.fromCodePoint(0xe0041))).toBe('\\u{e0041}');
  });

  it('keeps letters of every script, line ends and tabs', () => {
    expect(plain('日本 ünï العربية\r\n\tx')).toBe('日本 ünï العربية\n\tx');
  });

  it('holds nothing invisible, whatever comes in', () => {
    fc.assert(fc.property(anything, (text) => !invisible.test(plain(text).replace(/[\n\t]/g, ''))));
  });

  it('comes out the same when it is cleaned twice', () => {
    fc.assert(fc.property(anything, (text) => plain(plain(text)) === plain(text)));
  });

  it('is cleaned at any depth, keys included', () => {
    const mark = String.fromCodePoint(0x200b);
    expect(plainDeep({ [`k${mark}`]: [{ a: `x${mark}` }, 3, null] })).toEqual({ 'k\\u200b': [{ a: 'x\\u200b' }, 3, null] });
  });
});

describe('long text', () => {
  it('is cut after 200 lines or 20 KB, and says so', () => {
    const many = Array.from({ length: 300 }, (_, i) => `line ${i}`).join('\n');
    expect(capped(many).text.split('\n')).toHaveLength(200);
    expect(capped(many).cut).toContain('200 of 300 lines');
    expect(capped('x'.repeat(1_000_000)).text).toHaveLength(20 * 1024);
    expect(capped('short')).toEqual({ text: 'short', cut: '' });
  });

  it('on one line ends in an ellipsis within its width', () => {
    expect(oneLine('one\n  two   three', 9)).toBe('one two…');
  });
});
