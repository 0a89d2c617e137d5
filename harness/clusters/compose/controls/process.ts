import type { Millis } from '../../../../src/kernel/clock.ts';
import { wallClock } from '../../../../src/kernel/wall-clock.ts';
import type { NodeId, ProcessControl, ProcessState } from '../../contract.ts';
import type { Container } from '../engine.ts';
import type { ContainerChanges, ControlParts } from './parts.ts';

const endsWithinMs: Millis = 10_000;

/** Signals, freezing and starting through the engine. A container is its first process, so it dies with it and is started whole. */
export function processControl({ project }: ControlParts, changes: ContainerChanges): ProcessControl {
  const api = (node: NodeId) => project.engine.api.getContainer(project.ids.get(node) ?? node);
  const stateOf = async (node: NodeId): Promise<ProcessState> => stateFrom((await project.container(node)).status);
  return {
    kill: async (node) => {
      changes.intend(node, 'start');
      await api(node).kill({ signal: 'SIGKILL' });
      await until(async () => (await stateOf(node)) === 'exited');
    },
    terminate: async (node) => {
      changes.intend(node, 'start');
      await api(node).kill({ signal: 'SIGTERM' });
    },
    start: async (node) => {
      await api(node).start();
      changes.undone(node, 'start');
    },
    pause: async (node) => {
      changes.intend(node, 'resume');
      await api(node).pause();
    },
    resume: async (node) => {
      if ((await stateOf(node)) === 'paused') await api(node).unpause();
      changes.undone(node, 'resume');
    },
    state: stateOf,
  };
}

const stateFrom = (status: Container['status']): ProcessState => (status === 'paused' ? 'paused' : status === 'running' ? 'running' : 'exited');

async function until(done: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; waitedMs < endsWithinMs; waitedMs += 100) {
    if (await done()) return;
    await wallClock.sleep(100);
  }
}
