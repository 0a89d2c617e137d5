import { describe, expect, test } from 'vitest';
import { actions } from '../../subjects/tikv/actions.ts';
import { causes } from './causes/index.ts';
import { sketches } from './causes/sketches.ts';
import { signs } from './signs.ts';

const name = ({ kind, scope, about }: (typeof causes)[number]): string => [kind, scope, about.join('+')].filter(Boolean).join(' ');

describe('what the rules know', () => {
  test.each(causes.map((cause) => [name(cause), cause] as const))('%s can be concluded, explained and acted on', (_, cause) => {
    expect(cause.needs.length).toBeGreaterThan(0);
    expect(cause.predicts.length).toBeGreaterThan(0);
    expect(cause.predicts.reduce((sum, each) => sum + each.weight, 0)).toBeGreaterThanOrEqual(4);
    expect(cause.remedies.length).toBeGreaterThan(0);
    for (const text of [cause.summary, cause.mechanism, cause.verifyBy]) expect(text.length).toBeGreaterThan(10);
    expect(cause.impact.length).toBeGreaterThan(0);
  });

  test('every sign that a cause speaks of is one that can be seen', () => {
    const used = [...causes, ...sketches].flatMap((cause) => [...cause.needs.flat(), ...cause.predicts.map((each) => each.sign), ...cause.forbids.map((each) => each.sign)]);
    expect(used.filter((sign) => !(sign in signs))).toEqual([]);
  });

  test('no sign speaks both for and against the same cause', () => {
    for (const cause of causes) {
      const forIt = new Set(cause.predicts.map((each) => each.sign));
      expect(cause.forbids.filter((each) => forIt.has(each.sign)), name(cause)).toEqual([]);
    }
  });

  test('every look-alike can be answered', () => {
    const known = new Set([...causes, ...sketches].map((cause) => cause.kind));
    for (const cause of causes) expect(cause.lookalikes.filter((kind) => !known.has(kind)), name(cause)).toEqual([]);
  });

  test('every remedy is an action that an operator has', () => {
    const known = new Set(actions.map((action) => action.name));
    for (const cause of causes) expect(cause.remedies.map((remedy) => remedy.action).filter((action) => !known.has(action)), name(cause)).toEqual([]);
  });

  test('nothing irreversible is ever the first advice, except where only that helps', () => {
    const first = causes.filter((cause) => cause.remedies[0]?.reversible === false).map((cause) => cause.kind);
    expect(new Set(first)).toEqual(new Set(['disk-slow', 'disk-full', 'hot-spot-read', 'hot-spot-write']));
  });
});
