import { describe, expect, test } from 'vitest';
import type { Topology } from '../../subjects/contract.ts';
import { causeKinds, type CauseKind } from '../vocabulary.ts';
import { causes } from './causes/index.ts';
import { sketches } from './causes/sketches.ts';
import { choose } from './choose.ts';
import { Findings } from './finding.ts';
import { clusterSigns, type Sign } from './signs.ts';
import { weighAll } from './weigh.ts';

const node = (id: string, role: string) => ({ id, role, host: id, aliases: [] });
const topology: Topology = { nodes: [node('pd-1', 'pd'), node('pd-2', 'pd'), node('pd-3', 'pd'), node('tikv-1', 'tikv'), node('tikv-2', 'tikv'), node('tikv-3', 'tikv')] };

/** `sign@component`, or a sign of the cluster alone. */
function concluded(...present: readonly string[]): string[] {
  const findings = new Findings();
  for (const text of present) {
    const [sign = '', component = 'cluster'] = text.split('@');
    expect(clusterSigns.has(sign as Sign), `${sign} is about ${component}`).toBe(component === 'cluster');
    findings.add({ sign: sign as Sign, component, present: true, claim: text, citation: { observation: 'O1', path: '/', asserts: { op: 'exists' } }, sinceMs: 1_000 });
  }
  return choose(weighAll(causes, findings, topology)).accepted.map(({ component, cause }) => `${component} ${cause.kind}${cause.scope ? ` ${cause.scope}` : ''}`);
}

describe('signatures from the incident library', () => {
  test.each([
    ['late commits with a quick own disk', ['commit-slow@tikv-2'], 'tikv-2 network-delay'],
    ['streams that break and come back', ['streams-flap@tikv-2', 'commit-slow@tikv-2'], 'tikv-2 network-loss'],
    ['cut off from its peers alone', ['pre-vote-loop@tikv-2', 'stepped-down@tikv-2', 'peers-lost-it@tikv-2', 'logs-while-lost@tikv-2', 'leads-nothing@tikv-2'], 'tikv-2 network-partition peers-only'],
    ['cut off from the control plane alone', ['cut-from-control-plane@tikv-2', 'called-disconnected@tikv-2', 'a-store-is-down'], 'tikv-2 network-partition control-plane-only'],
    ['no sync is completed any more', ['sync-stopped@tikv-2', 'slow-score-high@tikv-2'], 'tikv-2 disk-stalled'],
    ['flow control with a full level 0', ['writes-throttled@tikv-2', 'level-0-full@tikv-2', 'writes-slow@tikv-2'], 'tikv-2 write-stall'],
    ['long reads fill the pool', ['read-pool-full@tikv-2', 'reads-slow@tikv-2'], 'tikv-2 pool-exhausted'],
    ['a clock that was set back', ['clock-set-back@pd-2', 'time-jumped'], 'pd-2 clock-skew'],
    ['a member out of CPU', ['member-cpu-full@pd-1', 'stores-lost-control-plane', 'led-the-control-plane@pd-1'], 'pd-1 control-plane-overloaded'],
    ['rules that no store fits', ['no-store-fits', 'replicas-missing'], 'pd placement-unsatisfiable'],
    ['limits of zero while a store should leave', ['scheduling-off', 'departure-stalled', 'keeps-its-regions@tikv-2', 'no-store-fits'], 'pd scheduling-misconfigured'],
    ['a block cache made tiny', ['cache-shrunk@tikv-2', 'cache-misses@tikv-2', 'reads-slow@tikv-2', 'waits-slow@tikv-2', 'writes-slow@tikv-2'], 'tikv-2 misconfigured'],
    ['a store that fills slowly', ['region-gap', 'almost-empty@tikv-3'], 'tikv-3 region-imbalance'],
    ['a leader that froze', ['led-the-control-plane@pd-1', 'scrape-fails@pd-1', 'scrape-times-out@pd-1', 'member-unhealthy@pd-1'], 'pd-1 control-plane-leader-lost'],
    ['two stores at once', ['scrape-refused@tikv-1', 'scrape-fails@tikv-1', 'called-disconnected@tikv-1', 'scrape-refused@tikv-2', 'scrape-fails@tikv-2', 'called-disconnected@tikv-2', 'a-store-is-down', 'two-stores-gone', 'regions-leaderless', 'pre-vote-loop@tikv-3', 'stepped-down@tikv-3'], 'tikv replica-quorum-lost'],
  ])('%s', (_, present, expected) => {
    expect(concluded(...present)).toEqual([expected]);
  });

  test('a slow disk that also commits late is a slow disk', () => {
    expect(concluded('append-slow@tikv-2', 'sync-slow@tikv-2', 'commit-slow@tikv-2', 'slow-score-high@tikv-2')).toEqual(['tikv-2 disk-slow']);
  });

  test('two faults in two places are both named', () => {
    const down = ['scrape-refused@tikv-1', 'scrape-fails@tikv-1', 'called-disconnected@tikv-1', 'peers-saw-reset@tikv-1', 'leaders-gone@tikv-1', 'a-store-is-down', 'pending-peers'];
    expect(concluded(...down, 'append-slow@tikv-3', 'sync-slow@tikv-3', 'slow-score-high@tikv-3').sort()).toEqual(['tikv-1 process-crash', 'tikv-3 disk-slow']);
  });

  test('every kind of the vocabulary that shows in TiKV is known, or sketched', () => {
    const known = new Set([...causes, ...sketches].map(({ kind }) => kind));
    const elsewhere: readonly CauseKind[] = ['none'];
    expect(causeKinds.filter((kind) => !known.has(kind) && !elsewhere.includes(kind))).toEqual([]);
  });
});
