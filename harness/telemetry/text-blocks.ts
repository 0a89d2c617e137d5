/** Characters in one string at most: V8 holds about 2^29, and a day of a large cluster's metrics has more. */
const blockLength = 2 ** 26;

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
