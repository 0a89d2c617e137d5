import { expect, test } from 'vitest';
import { loadChange } from '../../faults/load-change.ts';
import type { RunningLoad } from '../../load/contract.ts';
import type { LoadSpec } from '../contract.ts';
import { loadControl } from './load-control.ts';

test('clients that send one value a write are not taken to send several: the fault has no witness', async () => {
  const initial: LoadSpec = { shape: 'mixed', ratePerSecond: 100, reads: 0.5, keys: 'uniform', valueBytes: 1_024 };
  const sent: LoadSpec[] = [];
  const running = { set: async (next: LoadSpec) => void sent.push(next) } as unknown as RunningLoad;
  const world = { load: loadControl(running, initial) };
  const [batches, more] = [{ times: 2, valuesPerWrite: 4 }, { times: 2 }];
  await loadChange.inject(world, [], batches);
  expect(sent).toEqual([{ ...initial, ratePerSecond: 200 }]);
  expect((await loadChange.witness(world, [], batches)).bites).toBe(false);
  expect((await loadChange.witness(world, [], more)).bites).toBe(true);
});
