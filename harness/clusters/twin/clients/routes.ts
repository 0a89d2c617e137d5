import type { Region } from '../raft/region.ts';
import type { World } from '../world.ts';
import { LeaderRoutes, type Plan, routesOf, type Stalled } from './plan.ts';

/**
 * The clients' routes, kept up to date: what changed is drawn anew, leader by leader, and the rest stays. The result is the
 * same as if all were drawn, down to the order in which shares are added up.
 */
export class Routes {
  /** Leaders that serve, in order of their first regions. */
  leaders: readonly LeaderRoutes[] = [];
  stalled: readonly Stalled[] = [];
  readonly #world: World;
  readonly #byLeader = new Map<number | null, Plan & { readonly routes: readonly LeaderRoutes[] }>();
  #stalledRegions: ReadonlySet<Region> = new Set();
  #redrawAll = true;

  constructor(world: World) {
    this.#world = world;
  }

  /** Whether requests to this region wait. */
  isStalled(region: Region): boolean {
    return this.#stalledRegions.size > 0 && this.#stalledRegions.has(region);
  }

  /** Every region's share changed. */
  forget(): void {
    this.#redrawAll = true;
  }

  /** Draws what changed; `onTurn` hears of each region that will stall or serve again, before it does. */
  refresh(onTurn: (region: Region) => void): void {
    const leaders = this.#toRedraw();
    if (leaders.size === 0) return;
    for (const leader of leaders) this.#draw(leader);
    const plans = [...this.#byLeader.values()];
    const stalled = plans.every((plan) => plan.stalled.length === 0) ? [] : plans.flatMap((plan) => plan.stalled).sort((a, b) => a.region.id - b.region.id);
    const regions = new Set(stalled.map(({ region }) => region));
    for (const region of regions) if (!this.#stalledRegions.has(region)) onTurn(region);
    for (const region of this.#stalledRegions) if (!regions.has(region)) onTurn(region);
    this.leaders = plans.flatMap(({ routes }) => routes).sort((a, b) => firstRegion(a) - firstRegion(b));
    this.stalled = stalled;
    this.#stalledRegions = regions;
  }

  #draw(leaderId: number | null): void {
    const { groups, stalled } = routesOf(this.#world, leaderId, (region, route) => this.#world.logs.reroute(region, route));
    const leader = groups[0]?.leader;
    this.#byLeader.set(leaderId, { groups, stalled, routes: leader ? [new LeaderRoutes(leader, groups)] : [] });
  }

  #toRedraw(): ReadonlySet<number | null> {
    const { index, stores } = this.#world;
    const touched = index.takeTouched();
    const changed = this.#world.takeChanged();
    if (touched.size + changed.size === 0 && !this.#redrawAll) return touched;
    const leaders = new Set(touched);
    if (this.#redrawAll) for (const { id } of stores) leaders.add(id);
    else for (const store of changed) for (const region of index.of(store.id).held.items) leaders.add(region.leader);
    this.#redrawAll = false;
    return leaders;
  }
}

const firstRegion = ({ groups }: LeaderRoutes): number => groups[0]?.firstRegion ?? 0;
