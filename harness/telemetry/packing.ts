import { brotliDecompressSync, constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** How a file that {@link pack} wrote is called after its name. */
export const packedEnding = '.zst';

/** How packed files may be called: recordings, and bundles of earlier versions, are Brotli. */
export const packedEndings: readonly string[] = [packedEnding, '.br'];

/** Zstandard's quickest level: of a run's files it makes less than Brotli's quick ones do, in a third of the time. */
const level = 1;

/** The bytes of a file of a bundle. Equal texts give equal bytes. */
export function pack(text: string | Uint8Array): Uint8Array {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return zstdCompressSync(bytes, { pledgedSrcSize: bytes.byteLength, params: { [constants.ZSTD_c_compressionLevel]: level } });
}

/** What every Zstandard file begins with. */
const mark = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** What was packed, either way. */
export const unpack = (bytes: Uint8Array): Buffer => (mark.equals(bytes.subarray(0, mark.length)) ? zstdDecompressSync(bytes) : brotliDecompressSync(bytes));
