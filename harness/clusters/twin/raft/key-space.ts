/** The lab's clients use a million keys: `user` and ten digits. */
export const keyCount = 1_000_000;

/** The upper-case hex of a key. */
export function hexKey(number: number): string {
  return Buffer.from(`user${String(number).padStart(10, '0')}`, 'latin1').toString('hex').toUpperCase();
}

/** The number of a key; an end of the key space, which is the empty text, is what is said. */
export function keyNumber(hex: string, atTheEnd: number): number {
  return hex === '' ? atTheEnd : Number(Buffer.from(hex, 'hex').toString('latin1').replace(/^user/, ''));
}
