import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Topology } from '../../subjects/contract.ts';
import { subjects } from '../../subjects/registry.ts';
import { type Cause, isEverybody } from './cause.ts';
import { choose } from './choose.ts';
import { experts } from './experts.ts';
import { Findings } from './finding.ts';
import { clusterSigns, signs, type Sign } from './signs.ts';
import { weighAll } from './weigh.ts';

const name = ({ kind, scope, about }: Cause): string => [kind, scope, about.join('+')].filter(Boolean).join(' ');

function concluded(causes: readonly Cause[], topology: Topology, seen: readonly Sign[], component: string): readonly string[] {
  const findings = new Findings();
  for (const sign of seen) findings.add({ sign, component: clusterSigns.has(sign) ? 'cluster' : component, present: true, claim: sign, citation: { observation: 'O1', path: '/', asserts: { op: 'exists' } } });
  return choose(weighAll(causes, findings, topology)).accepted.map((each) => `${each.component} ${each.cause.kind}`);
}

test('every database that the operator knows has its expertise', () => {
  expect([...experts.keys()]).toEqual([...subjects.keys()]);
});

const entries: Readonly<Record<string, string>> = { tikv: './tikv.ts', etcd: './etcd/expertise.ts' };

/** The signs that somebody looks for, by what the files say that an expertise looks with; one that is only asked for again is not. */
function lookedFor(subject: string): ReadonlySet<string> {
  const texts = new Map<string, string>();
  const read = (file: URL): void => {
    if (texts.has(file.href) || /causes|signs\.ts|\/(weigh|choose|cause)\.ts/.test(file.href)) return;
    const text = readFileSync(file, 'utf8');
    texts.set(file.href, text);
    for (const [, path = ''] of text.matchAll(/from '(\.[^']+)'/g)) if (path.includes('/rules/') || !/(\.\.\/)*(kernel|subjects|tools|contract|evidence)/.test(path)) read(new URL(path, file));
  };
  read(new URL(entries[subject] ?? '', import.meta.url));
  const noted = [...texts.values()].map((text) => text.replace(/\b(has|about|present)\('[^']+'|when: \[[^\]]*\]|\(\[[^\]]*\] as const\)\.(some|flatMap|map)/g, ''));
  return new Set(noted.flatMap((text) => [...text.matchAll(/'([a-z][a-z0-9-]+)'/g)].map(([, word = '']) => word)).filter((word) => word in signs));
}

describe.each([...experts.values()])('what the rules know of $subject', ({ subject, causes, sketches }) => {
  const found = lookedFor(subject);

  test.each(causes.map((cause) => [name(cause), cause] as const))('%s is concluded from signs that somebody looks for', (_, cause) => {
    expect(cause.needs.filter((either) => !either.some((sign) => found.has(sign))), 'needs that nothing can meet').toEqual([]);
    const node = (id: string, role: string) => ({ id, role, host: id, aliases: [] });
    const topology = { nodes: [node('pd-1', 'pd'), node('tikv-1', 'tikv'), node('etcd-1', 'member')] };
    for (const bearer of cause.about) {
      const component = { pd: 'pd-1', tikv: 'tikv-1', member: 'etcd-1', region: 'region-1' }[bearer as string] ?? bearer.replace('-group', '');
      const shown = [...cause.needs.flatMap((either) => either.find((sign) => found.has(sign)) ?? []), ...cause.predicts.map(({ sign }) => sign).filter((sign) => found.has(sign))];
      expect(concluded(causes, topology, shown, component)).toContain(`${component} ${cause.kind}`);
    }
  });

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
    const ofEverybody = causes.filter(({ about }) => about.some(isEverybody));
    expect(ofEverybody.filter(({ remedies }) => remedies.every(({ on }) => on === 'component')).map(name)).toEqual([]);
    // Leaders that are to go from one store have others to go to.
    const ofGroups = causes.filter(({ about }) => about.every((bearer) => bearer.endsWith('-group')));
    expect(ofGroups.filter(({ remedies }) => remedies.some(({ on }) => on === 'component')).map(name)).toEqual([]);
  });

  test('what everybody may have is told by signs of the cluster', () => {
    const ofOne = causes.filter(({ about }) => about.every(isEverybody)).flatMap((cause) => [...cause.needs.flat(), ...cause.predicts.map(({ sign }) => sign)].filter((sign) => !clusterSigns.has(sign)).map((sign) => `${name(cause)}: ${sign}`));
    expect(ofOne).toEqual([]);
  });

  test('nothing irreversible is ever the first advice, except where only that helps', () => {
    const first = causes.filter((cause) => cause.remedies[0]?.reversible === false).map((cause) => cause.kind);
    // A bad disk is replaced, a full one emptied, a hot region split, history compacted, and a lost identity replaced.
    const only: Readonly<Record<string, readonly string[]>> = { tikv: ['disk-full', 'disk-slow', 'hot-spot-read', 'hot-spot-write'], etcd: ['disk-full', 'misconfigured', 'quota-exhausted'] };
    expect([...new Set(first)].sort()).toEqual(only[subject]);
  });
});
