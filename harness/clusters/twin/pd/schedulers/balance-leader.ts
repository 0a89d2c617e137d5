import { peerOn, type Region } from '../../raft/region.ts';
import type { World } from '../../world.ts';
import { schedulerEvents } from '../leader-counters.ts';
import { leadersOn, type Scheduler } from './scheduler.ts';

const name = 'balance-leader-scheduler';
const batch = 4;

/**
 * balance-leader: from the store with most leaders to the one with fewest, while they differ by more than twice the
 * tolerance (5), so it stops at a gap of 10. A store that PD believes Up is a target even when it is dead already.
 */
export function balanceLeader(world: World): Scheduler {
  const random = world.random.fork(name);
  const events = schedulerEvents(world, name);

  function once(): boolean {
    let source: { readonly id: number; readonly leaders: number } | undefined;
    let target: typeof source;
    for (const view of world.pd.upStores()) {
      const scored = { id: view.id, leaders: leadersOn(world, view.id) + world.pd.operators.influence(view.id) };
      if (!source || scored.leaders > source.leaders) source = scored;
      if ((!target || scored.leaders < target.leaders) && world.pd.acceptsLeaders(view)) target = scored;
    }
    const tolerance = world.pd.config.leaderTolerance;
    if (!source || !target || source.leaders - tolerance <= target.leaders + tolerance) {
      events.add(target ? 'no-need-balance-leader' : 'no-target-store');
      return false;
    }
    const region = pickRegion(source.id, target.id);
    if (!region) return false;
    const info = { sourceScore: source.leaders.toFixed(2), targetScore: target.leaders.toFixed(2) };
    const added = world.pd.operators.add({
      scheduler: name, region, from: source.id, to: target.id, brief: `transfer leader: store ${source.id} to ${target.id}`, info,
    });
    if (added) events.add('new-operator');
    return added;
  }

  function pickRegion(from: number, to: number): Region | undefined {
    const fit = world.pd.regions.ledBy(from).views.items.filter(
      ({ region, pending }) => pending.length === 0 && peerOn(region, to) !== undefined && !world.pd.operators.has(region),
    );
    return fit.length === 0 ? undefined : random.pick(fit).region;
  }

  return {
    name,
    config: () => ({ ranges: [{ 'end-key': '', 'start-key': '' }], batch }),
    run: () => {
      events.add('schedule');
      let found = false;
      for (let i = 0; i < batch && once(); i++) found = true;
      return found;
    },
  };
}
