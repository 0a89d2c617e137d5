import { assert } from '../../../../src/kernel/assert.ts';
import { wallClock } from '../../../../src/kernel/wall-clock.ts';
import type { NodeId, ProcessControl, SupervisorControl } from '../../contract.ts';

/** A supervisor waits a little before it starts a program again. */
const restartDelayMs = 1_000;

interface Loop {
  readonly stop: AbortController;
  ended: Promise<void>;
  restarts: number;
}

/** The lab as a supervisor whose liveness probe is wrong. Its loop ends with the lab, and then nothing is killed any more. */
export function supervisorControl(process: ProcessControl): SupervisorControl {
  const loops = new Map<NodeId, Loop>();
  return {
    failLiveness: async (node, killAfterMs) => {
      assert(!loops.has(node), `the liveness of ${node} fails once`);
      const loop: Loop = { stop: new AbortController(), restarts: 0, ended: Promise.resolve() };
      loops.set(node, loop);
      loop.ended = killAgainAndAgain(process, { node, killAfterMs, loop }).catch(() => {});
    },
    repairLiveness: async (node) => {
      const loop = loops.get(node);
      loop?.stop.abort();
      await loop?.ended;
      loops.delete(node);
      if ((await process.state(node)) === 'exited') await process.start(node);
    },
    probeRestarts: async (node) => loops.get(node)?.restarts ?? 0,
  };
}

async function killAgainAndAgain(process: ProcessControl, { node, killAfterMs, loop }: { readonly node: NodeId; readonly killAfterMs: number; readonly loop: Loop }): Promise<void> {
  for (;;) {
    await process.kill(node);
    await wallClock.sleep(restartDelayMs, loop.stop.signal);
    await process.start(node);
    loop.restarts++;
    await wallClock.sleep(killAfterMs, loop.stop.signal);
  }
}
