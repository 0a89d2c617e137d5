import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orThrow } from '../../src/kernel/result.ts';
import { readCase } from './case.ts';

const members = ['pd-1', 'pd-2', 'pd-3'].map((node) => ({ node, role: 'pd', address: node, leader: node === 'pd-2' }));
const stores = ['tikv-1', 'tikv-2', 'tikv-3'].map((node) => ({ node, role: 'tikv', address: node }));

function caseOf({ acts, ...fault }: { readonly kind: string; readonly struck: readonly string[]; readonly params?: object; readonly acts?: readonly object[] }, topology: readonly object[] = [...members, ...stores]) {
  const dir = mkdtempSync(join(tmpdir(), 'case-'));
  const meta = {
    subject: 'tikv', startMs: 0, endMs: 300_000, topology, load: { rate: 300, read: 0.6, value: 1_024 }, keys: 240_000, config: { tikv: '[log]\nlevel = "info"\n[coprocessor]\nregion-split-size = "16MB"\nregion-max-size = "24MB"\n' },
    fault: { params: {}, injectMs: 60_000, revertMs: 120_000, ...fault }, acts,
  };
  writeFileSync(join(dir, 'meta.json'), JSON.stringify(meta));
  return orThrow(readCase(dir));
}

test('whoever was struck is found in the twin by its office, since another member may lead there', () => {
  const { faults } = caseOf({ kind: 'process-kill', struck: ['pd-2', 'pd-3', 'tikv-2'] });
  expect(faults.map(({ into }) => into)).toEqual([[{ leaderOf: 'pd' }, { followerOf: 'pd', nth: 1 }, { node: 'tikv-2' }]]);
});

test('stores that a program played know the first member of PD, whoever leads; real ones know all', () => {
  const killed = { kind: 'process-kill', struck: ['pd-2'] };
  expect(caseOf(killed, members).spec.storesKnow).toBe('follower');
  expect(caseOf(killed, members.map((each) => ({ ...each, leader: each.node === 'pd-1' }))).spec.storesKnow).toBe('leader');
  expect(caseOf(killed).spec).not.toHaveProperty('storesKnow');
});

test('the twin gets as many keys and the settings that it heeds', () => {
  const { spec } = caseOf({ kind: 'process-kill', struck: ['tikv-2'] });
  expect(spec).toMatchObject({ keyCount: 240_000, settings: { 'coprocessor.region-split-size': '16MB', 'coprocessor.region-max-size': '24MB' } });
});

const sent = (atMsAfterInject: number, load: object) => ({ atMsAfterInject, what: 'load', args: [load] });

test('a recorded hot spot comes with as many requests, to the same place, as its clients were told to send', () => {
  const { faults } = caseOf({ kind: 'hot-spot', struck: ['one region'], params: { kind: 'read' }, acts: [sent(0, { dist: 'hot', hot_from: 60_000, hot_prob: 0.8, read: 0.97, rate: 4_500 }), sent(60_000, { dist: 'zipf', read: 0.6, rate: 300 })] });
  expect(faults).toMatchObject([{ kind: 'load-change', params: { times: 15, reads: 0.97, valueBytes: 1_024 } }, { kind: 'hot-keys', params: { of: 'all', share: 0.8, at: 0.25 } }]);
});

test('a batch of values is what the client library makes of it: requests of 16 KiB', () => {
  const { faults } = caseOf({ kind: 'load', struck: ['clients'], acts: [sent(0, { read: 0, rate: 500, batch: 16, value: 4_096 })] });
  expect(faults).toMatchObject([{ kind: 'load-change', params: { times: 2_000 / 300, reads: 0, valueBytes: 4_096, valuesPerWrite: 4 } }]);
  const { faults: single } = caseOf({ kind: 'load', struck: ['clients'], acts: [sent(0, { read: 0.5, rate: 600, batch: 4, value: 100 })] });
  expect(single).toMatchObject([{ kind: 'load-change', params: { times: 2, reads: 0.5, valueBytes: 100, valuesPerWrite: 4 } }]);
});

test('acts that are written otherwise are left to the parameters, and a load that nobody knows is said', () => {
  const killed = { kind: 'process-kill', struck: ['tikv-2'] };
  expect(caseOf({ ...killed, acts: [{ at: 0, did: 'kill' }, { atMsAfterInject: 0, what: 'kill', args: null }] }).faults).toEqual([{ kind: 'process-kill', into: [{ node: 'tikv-2' }], params: {} }]);
  expect(() => caseOf({ ...killed, acts: [sent(0, { rate: 'much' })] })).toThrow(/no clients for a load/);
  expect(() => caseOf({ ...killed, acts: [sent(0, { dist: 'hot', rate: 600 }), sent(30_000, { dist: 'zipf' })] })).toThrow(/no clients for a load/);
});

test('a disk of which nobody noted when it was filled is filled in even steps', () => {
  const { faults } = caseOf({ kind: 'disk-full', struck: ['tikv-2'], params: { freeMiBSteps: [900, 260, 120] } });
  expect(faults.map(({ afterMs }) => afterMs)).toEqual([0, 20_000, 40_000]);
});

test('a load that grew step by step grows so in the twin, also where something else was broken', () => {
  const { faults } = caseOf({ kind: 'process-kill', struck: ['tikv-2'], acts: [sent(0, { rate: 600 }), sent(30_000, { value: 2_048 }), sent(60_000, { rate: 300, value: 1_024 })] });
  expect(faults).toEqual([
    { kind: 'process-kill', into: [{ node: 'tikv-2' }], params: {} },
    { kind: 'load-change', into: [{ node: 'clients' }], params: { times: 2, reads: 0.6, valueBytes: 1_024 } },
    { kind: 'load-change', into: [{ node: 'clients' }], params: { times: 2, reads: 0.6, valueBytes: 2_048 }, afterMs: 30_000 },
  ]);
});

test('a leader that was asked to go is asked in the twin, whoever leads there', () => {
  const { faults } = caseOf({ kind: 'leader-transfer', struck: ['pd-2'] });
  expect(faults).toEqual([{ kind: 'pd-leader-resigned', into: [{ leaderOf: 'pd' }], params: {} }]);
});

test('a disk that was filled in steps is filled in as many, by what was left of the recorded one', () => {
  const { faults } = caseOf({ kind: 'disk-full', struck: ['tikv-2'], params: { freeMiBSteps: [900, 120] }, acts: [{ atMsAfterInject: 0, what: 'fill', args: ['tikv-2', 900] }, { atMsAfterInject: 75_050, what: 'fill', args: ['tikv-2', 120] }] });
  expect(faults.map(({ kind, into, afterMs }) => [kind, into, afterMs])).toEqual([['disk-fill', [{ node: 'tikv-2' }], 0], ['disk-fill', [{ node: 'tikv-2' }], 75_050]]);
  expect(faults[1]?.params['free']).toBeCloseTo(0.0195, 3);
});

test('a store that joined while a scheduler was missing joins an empty machine of the twin, whose PD lacks the scheduler from the beginning', () => {
  const { faults, spec, struck } = caseOf({ kind: 'config-change', struck: ['pd'], params: { removed: 'balance-region-scheduler', newStore: 'tikv-3' } });
  expect(spec).toMatchObject({ roles: { tikv: 3 }, spares: { tikv: 1 } });
  expect(struck).toEqual(['tikv-3']);
  expect(faults).toEqual([
    { kind: 'scheduler-removed', into: [{ node: 'pd' }], params: { scheduler: 'balance-region-scheduler' }, standing: true }, { kind: 'store-joining', into: [{ node: 'tikv-3' }], params: {} },
  ]);
});

test.each([
  ['network-partition', { scope: 'peers-only', direction: 'incoming', monitoring: 'still reaches it' }, { kind: 'network-partition', params: { scope: 'peers-only', direction: 'incoming' } }],
  ['network-delay', { oneWayMs: 80 }, { kind: 'network-delay', params: { delay: '80ms' } }],
  ['disk-slow', { writeIops: 12 }, { kind: 'disk-slow', params: { writesPerSecond: 12, latency: '0ms' } }],
  ['cpu-quota', { cpuPercentOfOneCore: 4 }, { kind: 'cpu-throttle', params: { cores: 0.04 } }],
  ['clock-skew', { offsetMs: -60_000 }, { kind: 'clock-skew', params: { by: '60000ms', direction: 'back' } }],
])('a recorded %s is what the lab calls so, in its own units', (kind, params, fault) => {
  expect(caseOf({ kind, struck: ['tikv-2'], params }).faults).toEqual([{ ...fault, into: [{ node: 'tikv-2' }] }]);
});

test.each([['a-plague', {}], ['process-kill', { onlyOnTuesdays: true }], ['config-change', { scheduler: 'unheard-of' }], ['hot-spot', { kind: 'scan' }], ['disk-full', { left: '1%' }]])('what the lab cannot do is left out, and said: %s %j', (kind, params) => {
  expect(() => caseOf({ kind, struck: ['tikv-2'], params })).toThrow(/no fault like the recorded/);
});
