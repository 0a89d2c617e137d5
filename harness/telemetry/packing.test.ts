import { brotliCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { pack, unpack } from './packing.ts';

test.each(['', 'x', 'a line\n'.repeat(100_000), 'größer \u{1f600}\n'])('what was packed comes out again (%#)', (text) => {
  expect(unpack(pack(text)).toString()).toBe(text);
  expect(unpack(pack(Buffer.from(text))).toString()).toBe(text);
});

test('files of recordings and of earlier versions are read too', () => {
  expect(unpack(brotliCompressSync('of an earlier version')).toString()).toBe('of an earlier version');
});

test('a file that was cut short is refused', () => {
  const bytes = pack('a line\n'.repeat(10_000));
  expect(() => unpack(bytes.subarray(0, bytes.length - 5))).toThrow(/unexpected end|incorrect|corrupt/i);
});
