import { expect, test } from 'vitest';
import { brokenLaw, lawfulWorld } from './laws.ts';

test('a store that lets in more than its cores can do breaks a law, and an overloaded one that holds the rest back does not', () => {
  const load = { shape: 'mixed', ratePerSecond: 200_000, reads: 0.5, keys: 'uniform', valueBytes: 64 } as const;
  const { world, laws, startMs } = lawfulWorld({ kind: 'twin', subject: 'tikv', roles: { pd: 1, tikv: 3 }, regions: 6, load }, 1);
  const broken = (fromSeconds: number, toSeconds: number): string | undefined => {
    let why: string | undefined;
    for (let second = fromSeconds; second < toSeconds; second++) {
      world.engine.runTo(startMs + (second + 1) * 1_000);
      why ??= brokenLaw(laws);
    }
    return why;
  };
  expect(broken(0, 35)).toBeUndefined();
  const store = world.stores[0]!;
  expect(store.saturation.admitted.workSeconds).toBeGreaterThan(0.5 * store.saturation.admitted.fitsSeconds);
  store.saturation.admitted.workSeconds += 2 * store.saturation.admitted.fitsSeconds;
  expect(broken(35, 50)).toContain('seconds of work where');
});
