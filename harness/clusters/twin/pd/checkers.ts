import { isJoint } from '../raft/conf-change.ts';
import type { Peer, Region } from '../raft/region.ts';
import type { World } from '../world.ts';
import { targetFor } from './candidates.ts';
import type { RuleFit } from './placement.ts';
import { checkerEvents, type LeaderCounters } from './leader-counters.ts';
import { addSteps, moveSteps, removeSteps, type Step } from './steps.ts';
import { storeState } from './views.ts';

const name = 'rule-checker';
const lookEveryMs = 1_000;
/** PD looks at up to 128 regions every ten milliseconds (`patrol-region-interval`), round and round. */
const batch = 128;
const batchMs = 10;

/**
 * The rule checker: does every region have the replicas that the rules ask for, on stores that stay? PD patrols all
 * regions all the time; here a patrol walks those with which something could be wrong, and counts for those that PD makes meanwhile.
 */
export class Checkers {
  readonly #world: World;
  #due = false;
  /** Regions that wait for a state that passes. */
  #waiting = 0;
  readonly #pausedUntilMs = new Map<string, number>();
  readonly #events: LeaderCounters;

  constructor(world: World) {
    this.#world = world;
    this.#events = checkerEvents(world, 'rule_checker');
  }

  begin(): void {
    this.#world.engine.every(lookEveryMs, lookEveryMs, () => this.#patrol(lookEveryMs));
  }

  /** Looks soon: an operator ended or a setting changed. */
  look(): void {
    if (this.#due) return;
    this.#due = true;
    this.#world.engine.after(batchMs, () => {
      this.#due = false;
      this.#patrol(batchMs);
    });
  }

  /** Lets one of PD's checkers rest for so long: `rule` is this one, `merge` its sibling, and the others have nothing to do here. */
  pause(name: string, spanMs: number): void {
    this.#pausedUntilMs.set(name, this.#world.engine.nowMs + spanMs);
  }

  /** Another member leads: it knows of no pause. */
  leaderServes(): void {
    this.#pausedUntilMs.clear();
  }

  isPaused(name: string): boolean {
    return (this.#pausedUntilMs.get(name) ?? -Infinity) > this.#world.engine.nowMs;
  }

  /** Regions that PD keeps for later, as `pd_checker_region_list` shows them. */
  get waiting(): number {
    return this.#waiting;
  }

  #patrol(spanMs: number): void {
    const { pd, regions } = this.#world;
    this.#waiting = 0;
    if (!pd.members.serving || !pd.coordinator.runs || pd.config.halted || this.isPaused('rule')) return;
    const passes = spanMs / (batchMs * Math.ceil(regions.length / batch) + batchMs);
    for (const region of this.#suspects()) if (!pd.operators.has(region) && pd.regions.get(region.id)?.leader) this.#check(region, passes);
  }

  /** Regions that could lack something, in order of ids: they change, a store of theirs is leaving or lost for good, or they have more or fewer replicas than wanted. */
  #suspects(): readonly Region[] {
    const { pd, index, regions } = this.#world;
    const { wanted, addsRules } = pd.placement;
    const groups: (readonly Region[])[] = [index.changing];
    for (const id of pd.stores.keys()) if (this.#leaves(id) || this.#isLost(id)) groups.push(index.of(id).held.items);
    for (const [count, some] of index.byReplicas) if (count !== wanted) groups.push(some.items);
    if (groups.every(({ length }) => length === 0)) return [];
    return addsRules ? regions : [...new Set(groups.flat())].sort((a, b) => a.id - b.id);
  }

  #check(region: Region, passes: number): void {
    if (isJoint(region)) return this.#leaveJoint(region);
    const { fits, orphans } = this.#world.pd.placement.fit(region.peers);
    const count = (event: string) => this.#events.add(event, passes);
    for (const fit of fits) {
      if (fit.peers.length < fit.rule.count) return this.#makeUp(region, fit, count);
      const lost = fit.peers.find(({ storeId }) => this.#isDown(region, storeId));
      if (lost) return this.#replace(region, fit, { peer: lost, why: 'down', count });
      const leaving = fit.peers.find(({ storeId }) => this.#leaves(storeId));
      if (leaving) return this.#replace(region, fit, { peer: leaving, why: 'offline', count });
    }
    const learner = region.peers.find((peer) => peer.role === 'learner' && !orphans.includes(peer) && !region.lags(peer.storeId));
    if (learner) return this.#promote(region, learner, count);
    const [orphan] = orphans;
    if (orphan) this.#removeOrphan(region, orphan, count);
  }

  #makeUp(region: Region, { rule }: RuleFit, count: (event: string) => void): void {
    const { pd } = this.#world;
    if (pd.config.get('enable-make-up-replica') === 'false') return;
    const { store, later } = targetFor(this.#world, region, { scope: name, fits: (id) => pd.placement.admits(rule, id) });
    if (later) this.#waiting++;
    if (!store) return count('no-store-add');
    if (!this.#allowed()) return;
    count('add-rule-peer');
    const to = pd.newPeer(store.id);
    pd.operators.start({ scheduler: 'add-rule-peer', region, kind: 'replica,region', brief: `add peer: store [${store.id}]`, steps: addSteps(to) });
  }

  #replace(region: Region, { rule }: RuleFit, { peer, why, count }: { readonly peer: Peer; readonly why: 'down' | 'offline'; readonly count: (event: string) => void }): void {
    const { pd } = this.#world;
    count(`replace-${why}`);
    const { store, later } = targetFor(this.#world, region, { scope: name, fits: (id) => pd.placement.admits(rule, id), leaving: peer.storeId });
    if (later) this.#waiting++;
    if (!store) return count('no-store-replace');
    if (!this.#allowed()) return;
    const leads = pd.regions.get(region.id)?.leader === peer.storeId;
    const heir = leads ? this.#heir(region, peer) : undefined;
    if (leads && heir === undefined) return;
    const to = pd.newPeer(store.id);
    pd.operators.start({
      scheduler: `replace-rule-${why}${leads ? '-leader' : ''}-peer`, region, kind: leads ? 'replica,region,leader' : 'replica,region',
      brief: `mv peer: store [${peer.storeId}] to [${store.id}]`, steps: moveSteps(peer, to, heir),
    });
  }

  #removeOrphan(region: Region, orphan: Peer, count: (event: string) => void): void {
    const leads = region.leader === orphan.storeId;
    const heir = leads ? this.#heir(region, orphan) : undefined;
    if ((leads && heir === undefined) || !this.#allowed()) return;
    count('remove-orphan-peer');
    this.#world.pd.operators.start({ scheduler: 'remove-orphan-peer', region, kind: leads ? 'replica,region,leader' : 'replica,region', brief: `rm peer: store [${orphan.storeId}]`, steps: removeSteps(orphan, heir) });
  }

  /** An operator was given up half way: the group leaves its joint configuration, led by somebody who stays. */
  #leaveJoint(region: Region): void {
    const demote = region.peers.filter(({ role }) => role === 'demoting');
    const leader = demote.find(({ storeId }) => storeId === region.leader);
    const heir = leader && this.#heir(region, leader);
    if (leader && heir === undefined) return;
    const steps: Step[] = [
      ...(leader && heir !== undefined ? [{ kind: 'transfer-leader' as const, from: leader.storeId, to: heir }] : []),
      { kind: 'leave-joint', promote: region.peers.filter(({ role }) => role === 'incoming'), demote },
    ];
    this.#world.pd.operators.start({ scheduler: 'leave-joint-state', region, kind: 'region', brief: 'leave joint state', steps });
  }

  /** A replica that has all the data and no vote gets one. */
  #promote(region: Region, learner: Peer, count: (event: string) => void): void {
    count('fix-peer-role');
    this.#world.pd.operators.start({ scheduler: 'fix-peer-role', region, kind: 'replica', brief: `promote peer: store [${learner.storeId}]`, steps: [{ kind: 'change-peers', promote: [learner], demote: [] }] });
  }

  #allowed(): boolean {
    const { operators, config } = this.#world.pd;
    return operators.countOf('replica') < Number(config.get('replica-schedule-limit')) || operators.refuse(name, 'replica');
  }

  /** Who leads instead: the first other replica that may. */
  #heir(region: Region, peer: Peer): number | undefined {
    return region.peers.find((other) => other.storeId !== peer.storeId && !region.pending.has(other.storeId) && maySoonLead(other) && this.#world.pd.acceptsLeadersOn(other.storeId))?.storeId;
  }

  #leaves(storeId: number): boolean {
    const view = this.#world.pd.stores.get(storeId);
    return view?.leaving !== undefined && !view.buried;
  }

  #isLost(storeId: number): boolean {
    const { pd, engine } = this.#world;
    const view = pd.stores.get(storeId);
    return view !== undefined && storeState(view, engine.nowMs, pd.config.storeDownMs) === 'Down';
  }

  /** PD repairs what its leader has missed for ten minutes and PD itself for `max-store-down-time`. */
  #isDown(region: Region, storeId: number): boolean {
    return this.#isLost(storeId) && (this.#world.pd.regions.get(region.id)?.down ?? []).some((down) => down.storeId === storeId);
  }
}

const maySoonLead = ({ role = 'voter' }: Peer): boolean => role === 'voter' || role === 'incoming';
