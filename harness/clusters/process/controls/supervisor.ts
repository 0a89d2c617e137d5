import { assert } from '../../../../src/kernel/assert.ts';
import type { SupervisorControl } from '../../contract.ts';
import { nodeOf, type ProcessNode, type ProcessWorld } from '../node.ts';

/** A supervisor waits a little before it starts a program again. */
const restartDelayMs = 1_000;

interface Loop {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  restarts: number;
}

/** The lab as a supervisor whose liveness probe is wrong. Its loop ends with the lab, and then nothing is killed any more. */
export function supervisorControl(world: ProcessWorld, signal: AbortSignal): SupervisorControl {
  const loops = new Map<string, Loop>();
  return {
    failLiveness: async (id, killAfterMs) => {
      assert(!loops.has(id), `the liveness of ${id} fails once`);
      const stop = new AbortController();
      const loop: Loop = { stop, restarts: 0, ended: Promise.resolve() };
      const ended = killAgainAndAgain(world, nodeOf(world, id), { killAfterMs, loop, signal: AbortSignal.any([signal, stop.signal]) });
      loops.set(id, Object.assign(loop, { ended: ended.catch(() => {}) }));
    },
    repairLiveness: async (id) => {
      const loop = loops.get(id);
      loop?.stop.abort();
      await loop?.ended;
      loops.delete(id);
      const { program } = nodeOf(world, id);
      if (program.state() === 'exited') await program.start();
    },
    probeRestarts: async (id) => loops.get(id)?.restarts ?? 0,
  };
}

async function killAgainAndAgain({ clock }: ProcessWorld, { program }: ProcessNode, how: { readonly killAfterMs: number; readonly loop: Loop; readonly signal: AbortSignal }): Promise<void> {
  const { killAfterMs, loop, signal } = how;
  for (;;) {
    program.signal('SIGKILL');
    await clock.sleep(restartDelayMs, signal);
    if (program.state() === 'exited') await program.start();
    loop.restarts++;
    await clock.sleep(killAfterMs, signal);
  }
}
