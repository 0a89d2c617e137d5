import { z } from 'zod';
import { parseSpan } from '../../src/kernel/units.ts';
import type { Fault } from './contract.ts';

const params = z.strictObject({
  killAfter: z
    .string()
    .refine((text) => parseSpan(text) !== undefined, 'a span such as 20s')
    .default('20s')
    .describe('how long the program lives after each start'),
});

/** A liveness probe fails: the supervisor kills the program again and again. Reverting repairs the probe. */
export const crashLoop: Fault<'process' | 'supervisor', z.infer<typeof params>> = {
  kind: 'crash-loop',
  title: 'A process is killed and started again and again',
  needs: ['process', 'supervisor'],
  params,
  paint: { label: 'restarting', colour: 'red' },
  inject: async ({ supervisor }, struck, { killAfter }) => {
    for (const node of struck) await supervisor.failLiveness(node, parseSpan(killAfter) ?? 0);
  },
  revert: async ({ supervisor }, struck) => {
    for (const node of struck) await supervisor.repairLiveness(node);
  },
  witness: async ({ process, supervisor }, struck) => {
    const seen = await Promise.all(struck.map(async (node) => ({ node, state: await process.state(node), restarts: await supervisor.probeRestarts(node) })));
    return {
      bites: seen.length > 0 && seen.every(({ state, restarts }) => state === 'exited' || restarts > 0),
      measured: seen.map(({ node, state, restarts }) => `process of ${node} is ${state}, started again ${restarts} times`).join(', '),
    };
  },
};
