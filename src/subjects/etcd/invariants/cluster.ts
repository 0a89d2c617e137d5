import type { Invariant, Violation } from '../../contract.ts';
import { followersOf, majorityOf } from '../leadership.ts';
import type { EtcdObservation, LinkView } from '../observation.ts';
import { inMs } from '../words.ts';

const roundTripLimitSeconds = 0.1;

/** Nobody answered anything: then nothing about the whole cluster can be told. */
const nobodyAnswers = ({ members }: EtcdObservation): boolean => members.every(({ asked }) => asked === 'silent');

const ofCluster = (judge: (observation: EtcdObservation) => string | undefined): Invariant<EtcdObservation>['violations'] => (observation) => {
  const detail = judge(observation);
  return detail === undefined ? [] : [{ component: 'cluster', detail }];
};

/** Invariants of the cluster as a whole and of the links in it. */
export const clusterInvariants: readonly Invariant<EtcdObservation>[] = [
  {
    name: 'quorum-lost',
    title: 'A majority of the members follows one leader',
    severity: 'critical',
    // An election takes one to two seconds, one that needs a second round four.
    graceMs: 5_000,
    cannotTell: nobodyAnswers,
    violations: ofCluster((observation) => {
      const { members, leader, voters } = observation;
      const following = followersOf(members, leader).length;
      // Members that no endpoint leads to may follow unseen.
      const unseen = members.filter(({ asked, status }) => asked === 'answers' && !status).length;
      return following + unseen >= majorityOf(voters) || nobodyAnswers(observation) ? undefined : `${following} of ${voters} members follow a leader, ${majorityOf(voters)} are needed`;
    }),
  },
  {
    name: 'redundancy',
    title: 'No member is missing',
    severity: 'warning',
    // The member's own ticket comes first; this one counts how many more may fail.
    graceMs: 30_000,
    cannotTell: nobodyAnswers,
    violations: ofCluster(({ members, voters }) => {
      const missing = members.filter(({ asked, listed }) => asked !== 'answers' && listed !== false).map(({ node }) => node);
      const spare = voters - missing.length - majorityOf(voters);
      return missing.length > 0 && missing.length < voters ? `without ${missing.join(' and ')} ${spare <= 0 ? 'no further member may fail' : `${spare} more may fail`}` : undefined;
    }),
  },
  {
    name: 'leader-unstable',
    title: 'The leader changes less than three times in a quarter of an hour',
    severity: 'warning',
    graceMs: 0,
    violations: ofCluster(({ leaderChanges, askedToStop }) =>
      leaderChanges !== undefined && leaderChanges >= 3 && (askedToStop?.size ?? 0) === 0 ? `the leader changed ${Math.round(leaderChanges)} times in 15 min` : undefined,
    ),
  },
  {
    name: 'alarm',
    title: 'No alarm stands',
    severity: 'critical',
    graceMs: 0,
    cannotTell: nobodyAnswers,
    violations: ofCluster(({ alarms, members }) => {
      if (alarms.length > 0) return [...new Set(alarms.map(({ alarm }) => alarm))].map((alarm) => `${alarm} is raised by ${alarms.filter((each) => each.alarm === alarm).map(({ node }) => node).join(', ')}`).join('; ');
      const told = members.find(({ health }) => health?.reason.startsWith('ALARM') === true);
      return told ? `${told.node} is unhealthy: ${told.health?.reason}` : undefined;
    }),
  },
  {
    name: 'peer-unreachable',
    title: 'Messages between members arrive, and come back within 100 ms',
    severity: 'warning',
    graceMs: 30_000,
    violations: (observation) => unreachable(observation),
  },
  {
    name: 'mixed-versions',
    title: 'All members run one version',
    severity: 'warning',
    graceMs: 60_000,
    violations: ofCluster(({ members }) => {
      const versions = [...new Set(members.flatMap(({ status }) => (status && status.version !== '' ? [status.version] : [])))].sort();
      return versions.length > 1 ? `members run ${versions.join(' and ')}` : undefined;
    }),
  },
];

/** Links that fail or are slow, each laid to the member that most of them have in common. */
function unreachable({ links, members, askedToStop }: EtcdObservation): Violation[] {
  // That a dead member cannot be reached is its own ticket, and for a minute its return still shows in the counters.
  const isExcused = (node: string): boolean => askedToStop?.has(node) === true || members.some((member) => member.node === node && (member.asked !== 'answers' || member.metrics.restarted === true));
  const bad = links.filter(({ from, to, failedPerMinute = 0, roundTripSeconds = 0 }) => !isExcused(from) && !isExcused(to) && (failedPerMinute > 1 || roundTripSeconds > roundTripLimitSeconds));
  const share = (node: string): number => bad.filter(({ from, to }) => from === node || to === node).length;
  const found = new Map<string, Violation>();
  for (const link of bad) {
    const component = share(link.from) > share(link.to) ? link.from : link.to;
    if (!found.has(component)) found.set(component, { component, detail: sentence(link) });
  }
  return [...found.values()];
}

const sentence = ({ from, to, failedPerMinute = 0, roundTripSeconds = 0 }: LinkView): string =>
  failedPerMinute > 1 ? `${from} fails to send to ${to} ${Math.round(failedPerMinute)} times a minute` : `half of the round trips from ${from} to ${to} take ${inMs(roundTripSeconds)} or more`;
