import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Cpu } from './cpu.ts';

/** A machine of four cores whose neighbour takes so many, whose program asks for so many and may have so many. */
function cpuWith({ foreign, demand, quota = Infinity }: { readonly foreign: number; readonly demand: number; readonly quota?: number }): Cpu {
  const cpu = new Cpu(4, { neighbour: { takes: { cores: foreign, diskShare: 0 } } });
  cpu.throttle(quota);
  cpu.demand({ must: demand, waking: 0 });
  return cpu;
}

describe('a machine that is shared', () => {
  test('makes nothing faster, however much a neighbour takes', () => {
    const cores = fc.double({ min: 0, max: 8, noNaN: true });
    fc.assert(fc.property(cores, cores, cores, fc.double({ min: 0.05, max: 8, noNaN: true }), (a, b, demand, quota) => {
      const [little, much] = [Math.min(a, b), Math.max(a, b)].map((foreign) => cpuWith({ foreign, demand, quota })) as [Cpu, Cpu];
      expect(much.stretch).toBeGreaterThanOrEqual(little.stretch);
      expect(much.slowdown).toBeGreaterThanOrEqual(little.slowdown);
    }));
  });

  test('does not make an overloaded program quicker by a tiny neighbour', () => {
    expect(cpuWith({ foreign: 0.01, demand: 8 }).stretch).toBe(cpuWith({ foreign: 0, demand: 8 }).stretch);
  });

  test('is filled by a program only as far as its quota lets it', () => {
    expect(cpuWith({ foreign: 1, demand: 8, quota: 1 }).stretch).toBe(cpuWith({ foreign: 1, demand: 1 }).stretch);
  });

  test('slows a program with a quota no less than one without', () => {
    expect(cpuWith({ foreign: 3, demand: 0.1, quota: 3.9 }).slowdown).toBeGreaterThanOrEqual(cpuWith({ foreign: 3, demand: 0.1 }).slowdown);
  });
});
