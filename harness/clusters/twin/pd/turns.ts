import type { Millis } from '../../../../src/kernel/clock.ts';
import type { PdServer } from './server.ts';

/** When something is said again and again, and until when. */
export interface Turns {
  readonly firstMs: Millis;
  readonly everyMs: Millis;
  readonly lasts: () => boolean;
}

/** A member says something turn by turn for as long as it lasts; a pause delays it. */
export function repeat(me: PdServer, { firstMs, everyMs, lasts }: Turns, say: (nth: number) => void, nth = 0): void {
  me.process.after(nth === 0 ? firstMs : everyMs, () => {
    if (!lasts()) return;
    say(nth);
    repeat(me, { firstMs, everyMs, lasts }, say, nth + 1);
  });
}
