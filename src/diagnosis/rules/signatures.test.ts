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
    ['a writer that is stuck for seconds again and again', ['writer-stuck-again@tikv-2', 'writes-slow@tikv-2'], 'tikv-2 disk-stalled'],
    ['flow control with a full level 0', ['writes-throttled@tikv-2', 'level-0-full@tikv-2', 'writes-slow@tikv-2'], 'tikv-2 write-stall'],
    ['long reads fill the pool', ['read-pool-full@tikv-2', 'reads-slow@tikv-2'], 'tikv-2 pool-exhausted'],
    ['a clock that is ahead and jumped nowhere else', ['clock-off@pd-2', 'led-the-control-plane@pd-2'], 'pd-2 clock-skew'],
    ["a machine that works for somebody else", ['cpu-used-elsewhere@tikv-2', 'disk-used-elsewhere@tikv-2', 'append-slow@tikv-2', 'sync-slow@tikv-2', 'slow-score-high@tikv-2'], 'tikv-2 background-load'],
    ["a member's disk that its clock loop complains of", ['fsync-slow@pd-1', 'clock-offset-repeats@pd-1', 'led-the-control-plane@pd-1'], 'pd-1 disk-slow'],
    ['a store that is not heard', ['lost-every-peer@tikv-2', 'lost-one-way@tikv-2', 'leads-nothing@tikv-2', 'leaders-gone@tikv-2', 'pending-peers', 'stepped-down@tikv-2'], 'tikv-2 network-partition one-way'],
    ['a store that dies of its last byte', ['fatal-no-space@tikv-2', 'restarted@tikv-2', 'starts-repeatedly@tikv-2', 'scrape-refused@tikv-2', 'scrape-fails@tikv-2', 'a-store-is-down'], 'tikv-2 disk-full'],
    ['a clock that was set back', ['clock-set-back@pd-2', 'time-jumped'], 'pd-2 clock-skew'],
    ['a member out of CPU', ['member-cpu-full@pd-1', 'stores-lost-control-plane', 'led-the-control-plane@pd-1'], 'pd-1 control-plane-overloaded'],
    ['rules that no store fits', ['no-store-fits', 'replicas-missing'], 'pd placement-unsatisfiable'],
    ['limits of zero while a store should leave', ['scheduling-off', 'departure-stalled', 'keeps-its-regions@tikv-2', 'no-store-fits'], 'pd scheduling-misconfigured'],
    ['a block cache made tiny', ['cache-shrunk@tikv-2', 'cache-misses@tikv-2', 'reads-slow@tikv-2', 'waits-slow@tikv-2', 'writes-slow@tikv-2'], 'tikv-2 misconfigured'],
    ['as many requests with large values', ['bytes-up', 'slow-everywhere', 'many-slow-scores'], 'clients overload'],
    ['a store that fills slowly', ['region-gap', 'almost-empty@tikv-3'], 'tikv-3 region-imbalance'],
    ['a store that joined and is being filled', ['region-gap', 'almost-empty@tikv-3', 'fills-up@tikv-3'], 'tikv-3 none'],
    ['leaders that went and do not come back though nothing keeps them away', ['leader-gap', 'leads-nothing@tikv-2'], 'tikv-2 leader-imbalance'],
    ['a block with another content than its checksum promises', ['reads-slow@tikv-2', 'reads-damaged@tikv-2'], 'tikv-2 disk-corrupted'],
    ['a process that ends at the same bad record at each start', ['restarted@tikv-2', 'starts-repeatedly@tikv-2', 'peers-saw-reset@tikv-2', 'fatal-other@tikv-2', 'corruption-logged@tikv-2'], 'tikv-2 disk-corrupted'],
    ['a store that came back and does not catch up', ['restarted@tikv-2', 'log-lags@tikv-2', 'applies-late@tikv-2', 'pending-peers'], 'tikv-2 replica-lagging'],
    ['regions without a leader while every store lives', ['regions-leaderless'], 'tikv election-stalled'],
    ['as many open files as there may be', ['descriptors-used-up@tikv-2', 'streams-flap@tikv-2'], 'tikv-2 quota-exhausted'],
    ['a full table of connections', ['connections-used-up@tikv-2', 'cut-from-control-plane@tikv-2', 'called-disconnected@tikv-2', 'a-store-is-down'], 'tikv-2 quota-exhausted'],
    ['a control plane whose own database is full', ['members-out-of-space', 'no-leader-answers', 'stores-lost-control-plane'], 'pd quota-exhausted'],
    ['a backup beside the clients', ['backup-runs', 'slow-everywhere', 'waits-everywhere'], 'tikv background-load'],
    ['replicas that are copied without a limit', ['snapshots-flow', 'slow-everywhere', 'append-slow@tikv-3'], 'tikv background-load'],
    ['transactions that meet on a few keys', ['latches-wait', 'locks-resolved', 'slow-everywhere'], 'clients lock-contention'],
    ['a backup beside a store whose quota was cut', ['backup-runs', 'slow-everywhere', 'cpu-quota-cut@tikv-2', 'scrape-slow@tikv-2', 'reads-slow@tikv-2', 'waits-slow@tikv-2'], 'tikv-2 cpu-starved'],
    ['a full store leaves no place for replicas', ['no-store-fits', 'replicas-missing', 'space-low@tikv-2', 'space-fell@tikv-2'], 'tikv-2 disk-full'],
    ['load that rose once everything was slow, with fewer answers', ['traffic-up', 'traffic-rose-after', 'answers-fell', 'slow-everywhere', 'waits-everywhere'], 'clients retry-storm'],
    ['a store that leads nothing and is asked all the same', ['leads-nothing@tikv-2', 'some-asked-in-vain'], 'clients stale-route'],
    ['a limit on writes that somebody set', ['io-limited@tikv-2', 'writes-throttled@tikv-2', 'level-0-full@tikv-2'], 'tikv-2 misconfigured'],
    ['one store that is set otherwise than all others', ['setting-differs@tikv-2', 'reads-slow@tikv-2'], 'tikv-2 misconfigured'],
    ['a store that refuses its own settings', ['scrape-refused@tikv-2', 'restarted@tikv-2', 'fatal-other@tikv-2', 'config-refused@tikv-2', 'a-store-is-down'], 'tikv-2 misconfigured'],
    ['stores that elect though nobody is missing', ['elects-without-cause'], 'tikv misconfigured'],
    ['handshakes that fail', ['certificate-refused', 'streams-flap@tikv-2', 'stores-lost-control-plane'], 'tikv certificate-expired'],
    ['an address that another store has', ['fatal-other@tikv-2', 'starts-repeatedly@tikv-2', 'restarted@tikv-2', 'identity-refused@tikv-2'], 'tikv-2 identity-conflict'],
    ['messages for one store that reach another', ['wrong-store-messages@tikv-2', 'pending-peers'], 'tikv-2 identity-conflict'],
    ['leaders that were voted for without a pre-vote before their store went', ['scrape-refused@tikv-2', 'called-disconnected@tikv-2', 'leaders-handed-over@tikv-2', 'log-unread@tikv-2', 'end-unexplained@tikv-2', 'a-store-is-down'], 'tikv-2 planned-stop'],
    ['a leader that froze', ['led-the-control-plane@pd-1', 'scrape-fails@pd-1', 'scrape-times-out@pd-1', 'member-unhealthy@pd-1'], 'pd-1 control-plane-leader-lost'],
    ['two stores at once', ['scrape-refused@tikv-1', 'scrape-fails@tikv-1', 'called-disconnected@tikv-1', 'scrape-refused@tikv-2', 'scrape-fails@tikv-2', 'called-disconnected@tikv-2', 'a-store-is-down', 'two-stores-gone', 'regions-leaderless', 'pre-vote-loop@tikv-3', 'stepped-down@tikv-3'], 'tikv replica-quorum-lost'],
  ])('%s', (_, present, expected) => {
    expect(concluded(...present)).toEqual([expected]);
  });

  test('a store that commits what it leads is not cut off, though some of its candidates ask in vain', () => {
    expect(concluded('peers-lost-it@tikv-1', 'lost-every-peer@tikv-1', 'streams-flap@tikv-1', 'peers-saw-timeout@tikv-1', 'pre-vote-loop@tikv-1', 'logs-while-lost@tikv-1', 'commit-slow@tikv-1', 'writes-slow@tikv-1')).toEqual(['tikv-1 network-loss']);
  });

  test('a slow disk that also commits late is a slow disk', () => {
    expect(concluded('append-slow@tikv-2', 'sync-slow@tikv-2', 'commit-slow@tikv-2', 'slow-score-high@tikv-2')).toEqual(['tikv-2 disk-slow']);
  });

  test('two faults in two places are both named', () => {
    const down = ['scrape-refused@tikv-1', 'scrape-fails@tikv-1', 'called-disconnected@tikv-1', 'peers-saw-reset@tikv-1', 'leaders-gone@tikv-1', 'a-store-is-down', 'pending-peers'];
    expect(concluded(...down, 'append-slow@tikv-3', 'sync-slow@tikv-3', 'slow-score-high@tikv-3').sort()).toEqual(['tikv-1 process-crash', 'tikv-3 disk-slow']);
  });

  test('work of others on one machine does not explain a slow disk of another', () => {
    const neighbour = ['cpu-used-elsewhere@tikv-1', 'disk-used-elsewhere@tikv-1', 'append-slow@tikv-1', 'sync-slow@tikv-1', 'slow-score-high@tikv-1'];
    expect(concluded(...neighbour, 'append-slow@tikv-3', 'sync-slow@tikv-3', 'slow-score-high@tikv-3').sort()).toEqual(['tikv-1 background-load', 'tikv-3 disk-slow']);
  });

  test('every kind of the vocabulary can be concluded on a TiKV cluster, and sketches only say where it is not', () => {
    const known = new Set<CauseKind>(causes.map(({ kind }) => kind));
    expect(sketches.filter(({ kind }) => !known.has(kind))).toEqual([]);
    expect(causeKinds.filter((kind) => !known.has(kind))).toEqual([]);
  });
});
