import { LabError } from '../../../../src/kernel/result.ts';
import type { ProcessControl } from '../../contract.ts';
import { nodeOf, type ProcessNode, type ProcessWorld } from '../node.ts';

const goneWithinMs = 10_000;
const pausedWithinMs = 2_000;
/** A program that cannot run says so soon. */
const crashWithinMs = 300;

/** Signals to programs, told apart by number and start time. */
export function processControl(world: ProcessWorld): ProcessControl {
  const { clock, ledger } = world;
  const resume = ({ id, program }: ProcessNode) => ledger.unmake(`pause ${id}`, () => program.signal('SIGCONT'));
  return {
    kill: async (id) => {
      const { program } = nodeOf(world, id);
      program.signal('SIGKILL');
      if (!(await program.becomes('exited', clock, goneWithinMs))) throw stuck(id, 'ends');
    },
    terminate: async (id) => nodeOf(world, id).program.signal('SIGTERM'),
    start: async (id) => {
      const { program } = nodeOf(world, id);
      if (program.state() !== 'exited') return;
      await program.start();
      if (await program.becomes('exited', clock, crashWithinMs)) throw program.failure();
    },
    pause: async (id) => {
      const node = nodeOf(world, id);
      await ledger.make(`pause ${id}`, { kind: 'paused-process', data: node.program.identity }, () => node.program.signal('SIGSTOP'));
      if (!(await node.program.becomes('paused', clock, pausedWithinMs))) throw stuck(id, 'stops');
    },
    resume: (id) => resume(nodeOf(world, id)),
    state: async (id) => nodeOf(world, id).program.state(),
  };
}

const stuck = (id: string, what: string): LabError => new LabError({ code: 'LAB_STUCK', because: `the process of ${id} neither ${what} nor says why` }, 4);
