import { z } from 'zod';
import type { Fault } from '../contract.ts';
import { everyProcess } from '../process-state.ts';

/** A store is started on a machine that stood empty, as when a cluster is scaled out. Reverting leaves it there: a member is a member. */
export const storeJoining: Fault<'process', Record<string, never>> = {
  kind: 'store-joining',
  title: 'A new, empty store joins',
  needs: ['process'],
  params: z.strictObject({}),
  paint: { label: 'joining', colour: 'slate' },
  inject: async ({ process }, struck) => {
    for (const node of struck) if ((await process.state(node)) === 'exited') await process.start(node);
  },
  revert: async () => {},
  witness: ({ process }, struck) => everyProcess(process, struck, 'running'),
};
