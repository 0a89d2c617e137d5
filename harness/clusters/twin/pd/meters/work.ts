import type { Registry } from '../../metrics/registry.ts';
import { Work } from '../../metrics/work.ts';

/** The sums that a member's counters follow from, in the order of `work.json`'s coefficients. */
export const driver = { second: 0, leaderSecond: 1, regionHeartbeat: 2, timestampRequest: 3, patrolledRegion: 4 } as const;

/** Everything of a member that is counted in proportion to its work. */
export const workOf = (registry: Registry): Work => new Work(registry, 'pd', { drivers: 5, mould: (_, law) => () => law });

/** A patrol looks at so many regions at once, a hundred times a second: a timer's tick and the look itself. */
const patrol = { batch: 128, perSecond: 100, tickSeconds: 0.01, lookSeconds: 0.0005 } as const;

/** Regions that the patrol of the leader looks at in a second. */
export const patrolledPerSecond = (regions: number): number => patrol.perSecond * Math.min(regions, patrol.batch);

/** How long one patrol of all regions takes, in seconds, where a look takes so much longer than on an idle machine; one batch takes a tick of its own. */
export const patrolSeconds = (regions: number, slowdown: number): number => Math.ceil(Math.max(1, regions) / patrol.batch) * (patrol.tickSeconds + patrol.lookSeconds * slowdown);
