import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Cpu } from './cpu.ts';
import { SharedCores } from './shared-cores.ts';

/** Programs on a machine of two cores, of which others take so many, that ask for so much. */
function machineWith(othersCores: number, demands: readonly number[]): { readonly shared: SharedCores; readonly cpus: readonly Cpu[] } {
  const shared = new SharedCores(2, othersCores);
  const cpus = demands.map(() => new Cpu(2, { shared }));
  demands.forEach((must, at) => cpus[at]?.demand({ must, waking: 0 }));
  return { shared, cpus };
}

describe('a machine on which several nodes run', () => {
  test('gives each what it wants while there is enough, and no more than the others leave', () => {
    const { cpus: [first, second] } = machineWith(0.3, [0.2, 0.5]);
    expect([first?.available, second?.available]).toEqual([1.2, 1.5]);
  });

  test('gives all the same that want everything, after those that want little', () => {
    const { cpus } = machineWith(0.2, [5, 5, 5]);
    for (const { available } of cpus) expect(available).toBeCloseTo(0.6);
  });

  test('never gives more than it has, and makes nobody quicker by having more to do', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 4, noNaN: true }), { minLength: 1, maxLength: 6 }), fc.double({ min: 0, max: 2, noNaN: true }), (demands, more) => {
      const { shared, cpus } = machineWith(0.3, demands);
      expect(cpus.reduce((sum, cpu) => sum + Math.min(cpu.wanted, cpu.available), 0)).toBeLessThanOrEqual(2 + 1e-9);
      const before = shared.stretch;
      cpus[0]?.demand({ must: (demands[0] as number) + more, waking: 0 });
      expect(shared.stretch).toBeGreaterThanOrEqual(before);
    }));
  });
});
