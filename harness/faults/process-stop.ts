import { z } from 'zod';
import type { Fault } from './contract.ts';
import { everyProcess } from './process-state.ts';

/** SIGTERM: a planned stop, which lets the program leave in order. Reverting starts it again. */
export const processStop: Fault<'process', Record<string, never>> = {
  kind: 'process-stop',
  title: 'A process is stopped in order (SIGTERM)',
  needs: ['process'],
  params: z.strictObject({}),
  paint: { label: 'stopped', colour: 'slate' },
  inject: async ({ process }, struck) => {
    for (const node of struck) await process.terminate(node);
  },
  revert: async ({ process }, struck) => {
    for (const node of struck) if ((await process.state(node)) === 'exited') await process.start(node);
  },
  witness: ({ process }, struck) => everyProcess(process, struck, 'exited'),
};
