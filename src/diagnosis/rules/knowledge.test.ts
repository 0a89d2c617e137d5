import { describe, expect, test } from 'vitest';
import { subjects } from '../../subjects/registry.ts';
import type { Cause } from './cause.ts';
import { experts } from './experts.ts';
import { signs } from './signs.ts';

const name = ({ kind, scope, about }: Cause): string => [kind, scope, about.join('+')].filter(Boolean).join(' ');

test('every database that the operator knows has its expertise', () => {
  expect([...experts.keys()]).toEqual([...subjects.keys()]);
});

describe.each([...experts.values()])('what the rules know of $subject', ({ subject, causes, sketches }) => {
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
    const known = new Set(subjects.get(subject)?.actions.map((action) => action.name));
    for (const cause of causes) expect(cause.remedies.map((remedy) => remedy.action).filter((action) => !known.has(action)), name(cause)).toEqual([]);
  });

  test('what everybody may have has a remedy that is not done to one component', () => {
    const ofEverybody = causes.filter(({ about }) => about.some((bearer) => bearer.endsWith('-group') || bearer === 'cluster' || bearer === 'clients'));
    expect(ofEverybody.filter(({ remedies }) => remedies.every(({ on }) => on === 'component')).map(name)).toEqual([]);
    // Leaders that are to go from one store have others to go to.
    const ofGroups = causes.filter(({ about }) => about.every((bearer) => bearer.endsWith('-group')));
    expect(ofGroups.filter(({ remedies }) => remedies.some(({ on }) => on === 'component')).map(name)).toEqual([]);
  });

  test('nothing irreversible is ever the first advice, except where only that helps', () => {
    const first = causes.filter((cause) => cause.remedies[0]?.reversible === false).map((cause) => cause.kind);
    // A bad disk is replaced, a full one emptied, a hot region split, history compacted, and a lost identity replaced.
    const only: Readonly<Record<string, readonly string[]>> = { tikv: ['disk-full', 'disk-slow', 'hot-spot-read', 'hot-spot-write'], etcd: ['disk-full', 'misconfigured', 'quota-exhausted'] };
    expect([...new Set(first)].sort()).toEqual(only[subject]);
  });
});
