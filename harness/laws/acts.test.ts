import { describe, expect, test } from 'vitest';
import { LabError } from '../../src/kernel/result.ts';
import type { World } from '../faults/contract.ts';
import type { Capability, Controls } from '../clusters/contract.ts';
import { controlsOf } from '../clusters/twin/controls.ts';
import { lawfulWorld } from '../clusters/twin/laws/laws.ts';
import { nodesOf, perform, specOf } from './acts.ts';
import { parametersOf } from './parameters.ts';
import { possibleFaults } from './schedule.ts';

const load = { rate: 1_000, readsPercent: 50, keys: 'zipfian', valueBytes: 1_024 } as const;
const sizes = { pd: 3, tikv: 4 } as const;
const nodes = nodesOf(sizes);
const settled = () => {
  const watched = lawfulWorld(specOf({ seed: 1, ...sizes, regions: 12, load, acts: [] }), 1);
  watched.world.engine.runTo(watched.startMs + 20_000);
  return { ...watched, controls: controlsOf(watched.world) };
};

describe('a fault that the laws draw', () => {
  test.each(possibleFaults.map((fault) => [fault.kind, fault] as const))('%s happens in a lawful world, and is witnessed', async (kind, fault) => {
    const { world, startMs, controls } = settled();
    const params = parametersOf(fault, [0]);
    await perform({ act: { fault: kind, draws: [0], victims: [1], atSeconds: 0, holdSeconds: 1 }, what: 'inject' }, controls, nodes);
    // What is asked to stop has twenty seconds for it.
    world.engine.runTo(startMs + 45_000);
    const witness = await fault.witness(controls as unknown as World<Capability>, ['tikv-2'], params);
    expect(witness.bites, witness.measured).toBe(true);
  });

  test('that a node cannot suffer does not happen, and one that fails in any other way is a bug', async () => {
    const { controls } = settled();
    const refusing = (code: string): Controls => ({ ...controls, process: { ...controls.process!, kill: async () => { throw new LabError({ code, because: 'said so' }, 4); } } });
    const kill = { act: { fault: 'process-kill', draws: [0], victims: [0], atSeconds: 0, holdSeconds: 1 }, what: 'inject' } as const;
    await expect(perform(kill, refusing('LAB_NOT_SUPPORTED'), nodes)).resolves.toBeUndefined();
    await expect(perform(kill, refusing('LAB_CONFIG_KEY'), nodes)).rejects.toThrow('said so');
  });
});
