import { expect, test } from 'vitest';
import { linesOf } from './container-logs.ts';

const frame = (source: number, text: string): Buffer => {
  const body = Buffer.from(text);
  const header = Buffer.alloc(8);
  header.writeUInt8(source, 0);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
};

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test.each([1, 3, 7, 1_000])('lines are whole and in order, however the stream of both outputs is cut (%i bytes)', async (size) => {
  const bytes = Buffer.concat([frame(2, 'first li'), frame(1, 'other\n'), frame(2, 'ne\nsecond\nunfini')]);
  const lines: string[] = [];
  for await (const line of linesOf(inPieces(bytes, size))) lines.push(line);
  expect(lines).toEqual(['other', 'first line', 'second']);
});
