import { describe, expect, test } from 'vitest';
import type { Topology } from '../../../subjects/contract.ts';
import { choose } from '../choose.ts';
import { Findings } from '../finding.ts';
import { clusterSigns, type Sign } from '../signs.ts';
import { weighAll } from '../weigh.ts';
import { causes } from './causes/index.ts';

const topology: Topology = { nodes: ['etcd-1', 'etcd-2', 'etcd-3'].map((id) => ({ id, role: 'member', host: id, aliases: [] })) };

/** `sign@component`, or a sign of the cluster alone; a `!` in front: looked for and not there. */
function concluded(...seen: readonly string[]): string[] {
  const findings = new Findings();
  for (const text of seen) {
    const [sign = '', component = 'cluster'] = text.replace('!', '').split('@');
    expect(clusterSigns.has(sign as Sign), `${sign} is about ${component}`).toBe(component === 'cluster');
    findings.add({ sign: sign as Sign, component, present: !text.startsWith('!'), claim: text, citation: { observation: 'O1', path: '/', asserts: { op: 'exists' } }, sinceMs: 1_000 });
  }
  return choose(weighAll(causes, findings, topology)).accepted.map(({ component, cause }) => `${component} ${cause.kind}${cause.scope ? ` ${cause.scope}` : ''}`).sort();
}

const gone = (node: string): string[] => ['scrape-refused', 'scrape-fails', 'calls-refused', 'peers-saw-reset', 'peers-lost-it'].map((sign) => `${sign}@${node}`);
const silent = (node: string): string[] => ['scrape-times-out', 'scrape-fails', 'calls-silent'].map((sign) => `${sign}@${node}`);

describe('what tells one incident of etcd from another', () => {
  test.each<[string, string[], string[]]>([
    ['a process that is gone', [...gone('etcd-2'), 'a-member-is-down'], ['etcd-2 process-crash']],
    ['silence that no peer notices is a stopped process', [...silent('etcd-2'), 'peers-noticed-nothing@etcd-2'], ['etcd-2 process-hang']],
    ['silence that peers time out on is a cut link', [...silent('etcd-2'), 'peers-saw-timeout@etcd-2', 'peers-lost-it@etcd-2', '!peers-noticed-nothing@etcd-2'], ['etcd-2 network-partition full']],
    ['a follower that answers and asks for votes in vain is cut from its peers', ['calls-answered@etcd-3', 'member-leaderless@etcd-3', 'pre-vote-loop@etcd-3', 'peers-saw-timeout@etcd-3'], ['etcd-3 network-partition peers-only']],
    ['silence towards the monitoring alone', ['scrape-times-out@etcd-1', 'scrape-fails@etcd-1', 'calls-answered@etcd-1', 'peers-hear-it@etcd-1'], ['etcd-1 telemetry-lost']],
    ['two that are gone, and the survivor that cannot be elected', [...gone('etcd-1'), ...gone('etcd-2'), 'member-leaderless@etcd-3', 'pre-vote-loop@etcd-3', 'stepped-down@etcd-3', 'majority-down', 'quorum-lost', 'a-member-is-down'], ['etcd-1 process-crash', 'etcd-2 process-crash']],
    ['one gone and one stopped', [...gone('etcd-1'), ...silent('etcd-2'), 'peers-noticed-nothing@etcd-2', 'majority-down', 'quorum-lost', 'a-member-is-down'], ['etcd-1 process-crash', 'etcd-2 process-hang']],
    ['nobody leads though everybody answers', ['quorum-lost', '!a-member-is-down'], ['cluster replica-quorum-lost']],
    ['a death that its own last line explains', [...gone('etcd-1'), 'fatal-no-space@etcd-1'], ['etcd-1 disk-full']],
    ['a member that comes without its data', [...gone('etcd-1'), 'fatal-data-lost@etcd-1', 'starts-repeatedly@etcd-1', 'restarted@etcd-1'], ['etcd-1 misconfigured']],
    ['a crash loop', ['starts-repeatedly@etcd-1', 'restarted@etcd-1', 'peers-saw-reset@etcd-1'], ['etcd-1 process-restarting']],
    ['a single death that is over', ['restarted@etcd-1', 'peers-saw-reset@etcd-1', 'calls-answered@etcd-1'], ['etcd-1 process-crash']],
    ['a process that outgrew its limit', [...gone('etcd-1'), 'memory-ramp@etcd-1'], ['etcd-1 memory-exhausted']],
    ['slow syncs', ['fsync-slow@etcd-2', 'most-syncs-slow@etcd-2', 'backend-commit-slow@etcd-2', 'late-heartbeats@etcd-2', 'slow-everywhere'], ['etcd-2 disk-slow']],
    ['everything late but most syncs', ['scrape-slow@etcd-2', 'cpu-fell@etcd-2', 'fsync-slow@etcd-2', '!most-syncs-slow@etcd-2', 'backend-commit-slow@etcd-2', 'late-heartbeats@etcd-2', 'round-trip-slow@etcd-2', 'slow-everywhere'], ['etcd-2 cpu-starved']],
    ['slow round trips alone', ['round-trip-slow@etcd-3', 'slow-everywhere'], ['etcd-3 network-delay']],
    ['streams that break again and again', ['streams-flap@etcd-3'], ['etcd-3 network-loss']],
    ['a full quota', ['space-alarm', 'quota-reached', 'puts-refused'], ['cluster quota-exhausted']],
    ['a full quota before a status names the alarm', ['!space-alarm', 'quota-reached', 'puts-refused', 'database-grew'], ['cluster quota-exhausted']],
    ['damaged data', ['corrupt-alarm', 'hash-differs@etcd-2'], ['etcd-2 disk-corrupted']],
    ['more load than before, first', ['traffic-up', 'slow-everywhere', 'traffic-rose-first'], ['clients overload']],
    ['handshakes that fail', ['certificate-refused', 'streams-flap@etcd-1', 'sends-fail@etcd-1'], ['cluster certificate-expired']],
    ['as many open files as there may be', ['descriptors-used-up@etcd-2', 'calls-silent@etcd-2', 'scrape-times-out@etcd-2', 'scrape-fails@etcd-2'], ['etcd-2 quota-exhausted']],
    ['load that rose once everything was slow', ['traffic-up', 'traffic-rose-after', 'slow-everywhere', '!traffic-rose-first'], ['clients retry-storm']],
    ['upkeep that holds the members', ['maintenance-logged', 'slow-everywhere', 'backend-commit-slow@etcd-1', 'backend-commit-seen'], ['cluster background-load']],
    ['a wrong clock', ['clock-drift-seen@etcd-2'], ['etcd-2 clock-skew']],
    ['a rolling restart', ['etcd-1', 'etcd-2', 'etcd-3'].flatMap((node) => [`graceful-stop-logged@${node}`, `restarted@${node}`]), ['etcd-1 planned-stop', 'etcd-2 planned-stop', 'etcd-3 planned-stop']],
  ])('%s', (_, seen, expected) => {
    expect(concluded(...seen)).toEqual(expected);
  });

  test('an election by itself is no cause', () => {
    expect(concluded('lost-leadership@etcd-1', 'led-the-control-plane@etcd-1', 'maintenance-logged')).toEqual([]);
  });
});
