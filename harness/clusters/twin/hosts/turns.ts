import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Process } from './process.ts';

/** When something is said again and again, and until when. */
export interface Turns {
  readonly firstMs: Millis;
  readonly everyMs: Millis;
  readonly lasts: () => boolean;
}

/** A program says something turn by turn for as long as it lasts; a pause delays it. */
export function repeat(me: { readonly process: Pick<Process, 'after'> }, { firstMs, everyMs, lasts }: Turns, say: (nth: number) => void, nth = 0): void {
  me.process.after(nth === 0 ? firstMs : everyMs, () => {
    if (!lasts()) return;
    say(nth);
    repeat(me, { firstMs, everyMs, lasts }, say, nth + 1);
  });
}
