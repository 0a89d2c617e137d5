import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Cpu } from './cpu.ts';
import { SharedCores } from './shared-cores.ts';

/** Programs on a machine of two cores, of which others take so many, that ask for so much. */
function machineWith(othersCores: number, demands: readonly number[]): { readonly shared: SharedCores; readonly cpus: readonly Cpu[] } {
  const shared = new SharedCores({ cores: 2, othersCores, syncMs: 0.14 });
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

  test('also runs its clients, who want more the more they send', () => {
    const { shared, cpus: [first] } = machineWith(0.3, [0.2]);
    shared.clientsSend({ requestsPerSecond: 2_000, bytesPerSecond: 32e6 });
    expect(first?.available).toBeCloseTo(2 - 0.3 - 0.16 - 0.096);
    shared.clientsSend({ requestsPerSecond: 0, bytesPerSecond: 0 });
    expect(first?.available).toBeCloseTo(1.7);
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

  test('lets few syncs of the disks in its memory wait while it has cores, and half of them for long when it has none left', () => {
    const waitOf = (demand: number) => machineWith(0.3, [demand, demand]).shared.syncWait;
    const [calm, full] = [waitOf(0.3), waitOf(5)];
    expect(calm?.share).toBeLessThan(0.15);
    expect((calm?.share ?? 0) * (calm?.meanMs ?? 0)).toBeLessThan(0.1);
    expect(full?.share).toBe(0.5);
    expect(full?.msAt(0.98)).toBeGreaterThan(150);
    expect(machineWith(0, [0]).shared.syncWait).toBeUndefined();
  });

  test('makes who is behind in the row of waiting syncs wait longer, and nobody without end', () => {
    const { msAt } = machineWith(0.3, [5]).shared.syncWait!;
    const waits = [0, 0.2, 0.5, 0.9, 0.99, 1].map(msAt);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits.every(Number.isFinite)).toBe(true);
  });
});
