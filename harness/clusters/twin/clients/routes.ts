import type { Region } from '../raft/region.ts';
import type { World } from '../world.ts';
import { type Plan, type RouteGroup, routesOf, type Stalled } from './plan.ts';

const nowhere: Plan = { groups: [], stalled: [] };

/**
 * The clients' routes, kept up to date: what changed is drawn anew, leader by leader, and the rest stays. The result is the
 * same as if all were drawn, down to the order in which shares are added up.
 */
export class Routes implements Plan {
  groups: readonly RouteGroup[] = [];
  stalled: readonly Stalled[] = [];
  readonly #world: World;
  readonly #byLeader = new Map<number | null, Plan>();
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
    for (const leader of leaders) this.#byLeader.set(leader, routesOf(this.#world, leader, (region, route) => this.#world.logs.reroute(region, route)));
    const plans = [...this.#byLeader.values()];
    const stalled = plans.every((plan) => plan.stalled.length === 0) ? nowhere.stalled : plans.flatMap((plan) => plan.stalled).sort((a, b) => a.region.id - b.region.id);
    const regions = new Set(stalled.map(({ region }) => region));
    for (const region of regions) if (!this.#stalledRegions.has(region)) onTurn(region);
    for (const region of this.#stalledRegions) if (!regions.has(region)) onTurn(region);
    this.groups = plans.flatMap((plan) => plan.groups).sort((a, b) => a.firstRegion - b.firstRegion);
    this.stalled = stalled;
    this.#stalledRegions = regions;
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
