import { z } from 'zod';
import type { Fault } from '../contract.ts';

const key = 'leader/pd';

/** PD's leader is asked to make room for another member, as before work on its machine. There is nothing to take back: whoever leads then goes on. */
export const pdLeaderResigned: Fault<'config', Record<string, never>> = {
  kind: 'pd-leader-resigned',
  title: "PD's leader is asked to resign",
  needs: ['config'],
  params: z.strictObject({}),
  paint: { label: 'asked to resign', colour: 'slate' },
  inject: async ({ config }, struck) => {
    if (struck.includes(String(await config.read(key)))) await config.write(key, null);
  },
  revert: async () => {},
  witness: async ({ config }, struck) => {
    const leader = await config.read(key);
    return { bites: leader !== null && !struck.includes(String(leader)), measured: `${leader === null ? 'no member' : String(leader)} leads PD` };
  },
};
