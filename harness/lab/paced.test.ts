import { expect, test } from 'vitest';
import type { RunningCluster } from '../clusters/contract.ts';
import { paced } from './paced.ts';

test('a cluster at a pace has all that it had without, and the time that passes is its own', async () => {
  let passedMs = 0;
  const cluster = { clients: () => [], later: 'something that a cluster may have one day', pass: async (spanMs: number) => void (passedMs += spanMs) } as unknown as RunningCluster;
  const slow = paced(cluster, 1_000);
  expect({ ...slow, pass: undefined }).toEqual({ ...cluster, pass: undefined });
  await slow.pass(50_000);
  expect(passedMs).toBe(50_000);
});
