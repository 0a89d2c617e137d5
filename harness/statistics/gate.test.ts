import { describe, expect, it } from 'vitest';
import { Random } from '../../src/kernel/random.ts';
import { decideGate, everything, type Pair } from './gate.ts';

const pairs = (group: string, count: number, now: (index: number) => boolean, before: (index: number) => boolean = () => true): Pair[] =>
  Array.from({ length: count }, (_, index) => ({ group, before: before(index), now: now(index) }));

describe('the gate', () => {
  it('fails when a scenario collapses, and names it', () => {
    const decision = decideGate([...pairs('a', 10, () => true), ...pairs('b', 10, (i) => i > 7), ...pairs('c', 10, () => true)]);
    expect(decision.state).toBe('regressed');
    expect(decision.groups.filter((group) => group.state === 'regressed').map((group) => [group.group, group.worse])).toEqual([['b', 8], [everything, 8]]);
  });

  it('fails when every scenario slips a little, though none alone would prove it', () => {
    const decision = decideGate(['a', 'b', 'c', 'd'].flatMap((group) => pairs(group, 20, (i) => i > 1)));
    expect(decision.groups.map((group) => group.state)).toEqual(['watch', 'watch', 'watch', 'watch', 'regressed']);
    expect(decision.state).toBe('regressed');
  });

  it('watches one lost pair of many, and is steady when as many were won', () => {
    expect(decideGate(pairs('a', 20, (i) => i !== 3)).state).toBe('watch');
    expect(decideGate(pairs('a', 20, (i) => i !== 3, (i) => i !== 4)).state).toBe('steady');
  });

  it('cannot decide on too few pairs, and says how many more it needs', () => {
    expect(decideGate([])).toMatchObject({ state: 'too-few', morePairs: 5 });
    expect(decideGate(pairs('a', 3, () => true))).toMatchObject({ state: 'too-few', morePairs: 2 });
    expect(decideGate(pairs('a', 5, () => true))).toMatchObject({ state: 'steady', morePairs: 0 });
    expect(decideGate(pairs('a', 5, () => false)).state).toBe('regressed');
    expect(decideGate(pairs('a', 5, (i) => i > 0)).state).toBe('watch');
    const collapsed = decideGate([...pairs('a', 20, () => true), ...pairs('b', 2, () => false)]);
    expect(collapsed.groups[1]).toMatchObject({ group: 'b', state: 'too-few', morePairs: 4 });
    expect(collapsed.state).toBe('too-few');
  });

  it('cries wolf in fewer than 5 % of suites in which nothing changed', () => {
    const random = Random.fromSeed(4);
    const suites = 1_000;
    let alarms = 0;
    for (let n = 0; n < suites; n++) {
      const same = ['a', 'b', 'c', 'd', 'e'].flatMap((group) => pairs(group, 10, () => random.chance(0.7), () => random.chance(0.7)));
      if (decideGate(same).state === 'regressed') alarms++;
    }
    expect(alarms / suites).toBeLessThan(0.05);
    expect(alarms).toBeGreaterThan(0);
  });
});
