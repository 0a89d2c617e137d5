import { z } from 'zod';
import type { Fault } from './contract.ts';
import { everyProcess } from './process-state.ts';

/** SIGSTOP: the process exists and does not run; its sockets stay open and answer nothing. Reverting sends SIGCONT. */
export const processPause: Fault<'process', Record<string, never>> = {
  kind: 'process-pause',
  title: 'A process is frozen (SIGSTOP)',
  needs: ['process'],
  params: z.strictObject({}),
  paint: { label: 'frozen', colour: 'violet' },
  inject: async ({ process }, struck) => {
    for (const node of struck) await process.pause(node);
  },
  revert: async ({ process }, struck) => {
    for (const node of struck) if ((await process.state(node)) === 'paused') await process.resume(node);
  },
  witness: ({ process }, struck) => everyProcess(process, struck, 'paused'),
};
