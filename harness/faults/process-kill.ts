import { z } from 'zod';
import type { Fault } from './contract.ts';
import { everyProcess } from './process-state.ts';

/** SIGKILL: the process ends without a word, its sockets are reset. Reverting starts it again. */
export const processKill: Fault<'process', Record<string, never>> = {
  kind: 'process-kill',
  title: 'A process is killed (SIGKILL)',
  needs: ['process'],
  params: z.strictObject({}),
  paint: { label: 'killed', colour: 'red' },
  inject: async ({ process }, struck) => {
    for (const node of struck) await process.kill(node);
  },
  revert: async ({ process }, struck) => {
    for (const node of struck) if ((await process.state(node)) === 'exited') await process.start(node);
  },
  witness: ({ process }, struck) => everyProcess(process, struck, 'exited'),
};
