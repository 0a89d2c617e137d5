import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { packedEndings, unpack } from '../../telemetry/packing.ts';
import { textsOf } from '../../telemetry/text-blocks.ts';

const compressAsync = promisify(brotliCompress);

/** How hard to press: committed recordings are pressed once and read for years, so 11 is worth its time there. */
export interface Pressure {
  /** Brotli's quality, 0 to 11. */
  readonly quality: number;
}

/** Brotli with the largest standard window, which long runs of similar metric lines profit from. */
export async function press(text: string | Uint8Array, { quality }: Pressure): Promise<Uint8Array> {
  const bytes = Buffer.from(text as string);
  return compressAsync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
    },
  });
}

/** How a file that {@link press} made is called after its name. */
export const pressedEnding = '.br';

/** Where a packed file of that name lies in a folder; undefined where there is none. */
export const packedPath = (dir: string, name: string): string | undefined => packedEndings.map((ending) => join(dir, `${name}${ending}`)).find((path) => existsSync(path));

/** The text again. */
export const unpress = (bytes: Uint8Array): string => unpack(bytes).toString('utf8');

/** The same as parts of whole lines, for what may be longer than one string can be. */
export const unpressToTexts = (bytes: Uint8Array): readonly string[] => textsOf(unpack(bytes));
