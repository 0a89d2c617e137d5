import type { Millis } from '../../src/kernel/clock.ts';
import { wallClock } from '../../src/kernel/wall-clock.ts';

/** One Ctrl-C may arrive twice: from the terminal, and from a parent process that passes it on. */
const sameStopMs: Millis = 300;

/** A signal that is aborted by the first Ctrl-C (or SIGTERM); the second one ends the process at once. */
export function interruptSignal(): { readonly signal: AbortSignal; readonly exitCode: () => number | undefined; readonly release: () => void } {
  const controller = new AbortController();
  let code: number | undefined;
  let firstMs = 0;
  const onSignal = (name: NodeJS.Signals) => {
    if (code !== undefined) {
      if (wallClock.now() - firstMs < sameStopMs) return;
      process.stderr.write('Abandoned. The bundle is as far as it came; `npx lab report <bundle>` opens it.\n');
      process.exit(code);
    }
    firstMs = wallClock.now();
    code = name === 'SIGTERM' ? 143 : 130;
    process.stderr.write('Stopping: healing, writing the bundle (Ctrl-C again to abandon)\n');
    controller.abort(new Error('interrupted'));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    exitCode: () => code,
    release: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}
