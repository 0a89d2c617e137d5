import { expect, test } from 'vitest';
import { topKeysShare } from './keys.ts';

test('caches of as many blocks hold more of what is asked for where more stores share the keys', () => {
  for (const keys of ['uniform', 'zipfian'] as const) {
    const [three, six] = [3, 6].map((stores) => topKeysShare(10_000, { keys, stores })) as [number, number];
    expect(six).toBeGreaterThan(three);
    expect(topKeysShare(20_000, { keys, stores: 3 })).toBeCloseTo(six, 9);
  }
});
