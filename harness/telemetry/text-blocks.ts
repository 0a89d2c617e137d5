/** Characters in one string at most: V8 holds about 2^29, and a day of a large cluster's metrics has more. */
const blockLength = 2 ** 26;

/** Lines joined into blocks, none longer than needed to hold its last line. */
export function* blocksOf(lines: Iterable<string>): Generator<string> {
  let block: string[] = [];
  let length = 0;
  for (const line of lines) {
    block.push(line);
    length += line.length;
    if (length < blockLength) continue;
    yield block.join('');
    block = [];
    length = 0;
  }
  yield block.join('');
}

const lineFeed = 10;

/** UTF-8 as texts of whole lines. */
export function textsOf(bytes: Buffer, bytesEach = blockLength): string[] {
  const texts: string[] = [];
  for (let from = 0; from < bytes.length; ) {
    const found = from + bytesEach >= bytes.length ? -1 : bytes.indexOf(lineFeed, from + bytesEach);
    const to = found < 0 ? bytes.length : found + 1;
    texts.push(bytes.toString('utf8', from, to));
    from = to;
  }
  return texts;
}
