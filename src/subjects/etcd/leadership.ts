import type { ComponentRef } from '../contract.ts';
import type { MemberView } from './observation.ts';

/** The member that leads: named by the most members that answer, and by itself where it answers. Old terms do not count. */
export function leaderOf(members: readonly MemberView[]): ComponentRef | undefined {
  const answering = members.filter(({ status }) => status?.leaderId !== undefined);
  const term = Math.max(0, ...answering.map(({ status }) => status?.term ?? 0));
  const named = answering.filter(({ status }) => (status?.term ?? 0) === term).map(({ status }) => status?.leaderId);
  const [first] = named;
  return first === undefined ? undefined : members.find(({ id }) => id === first)?.node;
}

/** Members that answer and follow, or are, this leader. */
export function followersOf(members: readonly MemberView[], leader: ComponentRef | undefined): readonly MemberView[] {
  const id = members.find(({ node }) => node === leader)?.id;
  return id === undefined ? [] : members.filter(({ status }) => status?.leaderId === id && status.isLearner === false);
}

/** How many of so many voters make a majority. */
export const majorityOf = (voters: number): number => Math.floor(voters / 2) + 1;
