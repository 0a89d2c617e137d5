import type { Invariant } from '../../contract.ts';
import type { MemberView, TikvObservation } from '../observation.ts';

/** Why a PD member counts as down, or undefined where it does not. The members' own health check goes before what we see from outside. */
function whyDown(member: MemberView): string | undefined {
  if (member.healthy === true) return undefined;
  if (member.healthy === false) return `the other members call it unhealthy${member.scraped ? '; its metrics endpoint answers' : ''}`;
  if (member.asked === 'refuses') return 'it refuses connections';
  return member.scraped === false && member.asked !== 'answers' ? 'its metrics endpoint does not answer' : undefined;
}

/** Invariants of PD. */
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
];
