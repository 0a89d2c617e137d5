import type { Invariant } from '../../contract.ts';
import { amount } from './words.ts';
import type { MemberView, TikvObservation } from '../observation.ts';

/** Why a PD member counts as down, or undefined where it does not. The members' own health check goes before what we see from outside. */
function whyDown(member: MemberView): string | undefined {
  if (member.healthy === true) return undefined;
  if (member.healthy === false) return `the other members call it unhealthy${member.scraped ? '; its metrics endpoint answers' : ''}`;
  if (member.asked === 'refuses') return 'it refuses connections';
  return member.scraped === false && member.asked !== 'answers' ? 'its metrics endpoint does not answer' : undefined;
}

/** Half of the interval at which PD's etcd leader sends its heartbeats; in recordings of healthy members one late sync in a minute makes up to 0.12 s. */
const fsyncLimitSeconds = 0.25;

/** etcd complains of its peers' clocks from a second on. */
const clockLimitSeconds = 1;

/** Invariants of PD, and of the clocks that it goes by. */
export const controlPlaneInvariants: readonly Invariant<TikvObservation>[] = [
  {
    name: 'control-plane-leaderless',
    title: 'PD has a leader that answers',
    severity: 'critical',
    graceMs: 5_000,
    cannotTell: ({ controlPlane }) => controlPlane.state === 'unseen',
    violations: ({ controlPlane }) => (controlPlane.state === 'leaderless' ? [{ component: 'pd', detail: controlPlane.detail }] : []),
  },
  {
    name: 'control-plane-member-down',
    title: 'Every PD member is alive',
    severity: 'critical',
    graceMs: 0,
    violations: ({ members }) =>
      members.flatMap((member) => {
        const why = whyDown(member);
        return why === undefined ? [] : [{ component: member.node, detail: `${member.node}: ${why}` }];
      }),
  },
  {
    name: 'control-plane-slow',
    title: 'PD members have their log on disk within 250 ms (p99)',
    severity: 'warning',
    graceMs: 30_000,
    violations: ({ members }) =>
      members.flatMap(({ node, fsyncP99Seconds: seconds }) =>
        seconds !== undefined && seconds > fsyncLimitSeconds ? [{ component: node, detail: `${node}: fsync p99 ${amount(seconds * 1000)} ms`, value: seconds }] : []),
  },
  {
    name: 'clocks-differ',
    title: 'Clocks agree within a second',
    severity: 'warning',
    graceMs: 5_000,
    violations: ({ clocks }) =>
      clocks.flatMap(({ node, aheadSeconds }) =>
        Math.abs(aheadSeconds) > clockLimitSeconds ? [{ component: node, detail: `${node}: its clock is ${amount(Math.abs(aheadSeconds))} s ${aheadSeconds < 0 ? 'behind' : 'ahead'}`, value: aheadSeconds }] : []),
  },
];
