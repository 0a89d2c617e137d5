import type { Millis } from '../../../../src/kernel/clock.ts';
import { addLearner, isJoint, leaveJoint, promoteAndDemote, removePeer } from '../raft/conf-change.ts';
import { type Peer, type Region, isVoter, peerOn } from '../raft/region.ts';
import type { World } from '../world.ts';

/** One step of an operator. */
export type Step =
  | { readonly kind: 'transfer-leader'; readonly from: number; readonly to: number }
  | { readonly kind: 'add-learner'; readonly peer: Peer }
  | { readonly kind: 'change-peers' | 'leave-joint'; readonly promote: readonly Peer[]; readonly demote: readonly Peer[]; readonly handsOver?: boolean }
  | { readonly kind: 'remove-peer'; readonly peer: Peer }
  | MergeStep;

/** A region gives way to its neighbour; the neighbour's own operator only waits until it has grown. */
export interface MergeStep {
  readonly kind: 'merge';
  readonly source: Region;
  readonly target: Region;
  readonly passive: boolean;
  /** The neighbour's keys, and the source's version, before. */
  readonly startKey: string;
  readonly endKey: string;
  readonly version: number;
}

/** What PD calls the kinds of steps where it counts them. */
export const stepTypes: Readonly<Record<Step['kind'], string>> = {
  'transfer-leader': 'TransferLeader', 'add-learner': 'AddLearner', 'change-peers': 'ChangePeerV2Enter', 'leave-joint': 'ChangePeerV2Leave', 'remove-peer': 'RemovePeer', merge: 'MergeRegion',
};

/** Steps that only change who has a say are given up after a minute, those that copy data after ten or more. */
const fastMs = 60_000;
const slowLeastMs = 600_000;
const slowMsPerMib = 6_000;
/** Seen in recordings/tikv-region-imbalance: a move of one replica is given seventeen minutes. */
const jointMs = 300_000;
/** From the published code of PD: ten times what a fast step gets. */
const mergeMs = 600_000;

/** A step as PD writes it. */
export function stepText(step: Step): string {
  if (step.kind === 'transfer-leader') return `transfer leader from store ${step.from} to store ${step.to}`;
  if (step.kind === 'add-learner') return `add learner peer ${step.peer.id} on store ${step.peer.storeId}`;
  if (step.kind === 'remove-peer') return `remove peer on store ${step.peer.storeId}`;
  if (step.kind === 'merge') return `merge region ${step.source.id} into region ${step.target.id}`;
  const parts = [
    ...step.promote.map(({ id, storeId }) => `promote learner peer ${id} on store ${storeId} to voter`),
    ...step.demote.map(({ id, storeId }) => `demote voter peer ${id} on store ${storeId} to learner`),
  ];
  return [step.kind === 'change-peers' ? 'use joint consensus' : 'leave joint state', ...parts].join(', ');
}

/** How long PD waits for a step. */
export function stepTimeoutMs(step: Step, sizeMib: number): Millis {
  if (step.kind === 'add-learner') return Math.max(slowLeastMs, sizeMib * slowMsPerMib);
  if (step.kind === 'merge') return mergeMs;
  return step.kind === 'change-peers' ? jointMs : fastMs;
}

/** Whether the region, as its leader reports it, has taken the step. */
export function isDone(step: Step, region: Region, leader: number): boolean {
  if (step.kind === 'transfer-leader') return leader !== step.from;
  if (step.kind === 'add-learner') return holds(region, step.peer) && !region.pending.has(step.peer.storeId);
  if (step.kind === 'remove-peer') return !holds(region, step.peer);
  // Whoever gives way is never done: its region disappears.
  if (step.kind === 'merge') return step.passive && (region.startKey !== step.startKey || region.endKey !== step.endKey);
  const entered = step.promote.every((peer) => holds(region, peer) && votes(region, peer)) && step.demote.every((peer) => !votesFor(region, peer));
  return step.kind === 'change-peers' ? entered : entered && !isJoint(region);
}

/** Whether the step would take away the replica that leads: a leader refuses that, so PD gives such an operator up. */
export function deposes(step: Step, leader: number): boolean {
  if (step.kind === 'remove-peer') return step.peer.storeId === leader;
  return step.kind === 'change-peers' && step.handsOver !== true && step.demote.some(({ storeId }) => storeId === leader);
}

/** Whether a region came back from a merge that its neighbour could not take part in. */
export const cameBack = (step: Step, region: Region): boolean => step.kind === 'merge' && !step.passive && region.merging === undefined && region.version !== step.version;

const holds = (region: Region, peer: Peer): boolean => peerOn(region, peer.storeId)?.id === peer.id;
const votes = (region: Region, peer: Peer): boolean => isVoter(peerOn(region, peer.storeId) ?? { ...peer, role: 'learner' });
const votesFor = (region: Region, peer: Peer): boolean => peerOn(region, peer.storeId)?.role === undefined && holds(region, peer);

/** Sends a step's command to the region's leader. */
export function dispatch(world: World, region: Region, step: Step): void {
  if (step.kind === 'transfer-leader') return world.raft.handOver.onOrder(region, step.to);
  if (step.kind === 'add-learner') return world.membership.order(region, addLearner(step.peer));
  if (step.kind === 'merge') return step.passive ? undefined : world.merges.order(step.source, step.target);
  if (step.kind === 'remove-peer') return world.membership.order(region, removePeer(peerOn(region, step.peer.storeId) ?? step.peer));
  world.membership.order(region, step.kind === 'change-peers' ? { ...promoteAndDemote(step.promote, step.demote), ...(step.handsOver === true && { handsOver: true }) } : leaveJoint);
}

/** The steps that give a region a replica on another store instead of one that it has; the new one can lead as soon as it is on its way in. */
export function moveSteps(from: Peer, to: Peer, heir: number | undefined): Step[] {
  const handsOver = heir === to.storeId;
  const transfer: Step[] = heir === undefined ? [] : [{ kind: 'transfer-leader', from: from.storeId, to: heir }];
  return [
    { kind: 'add-learner', peer: { ...to, role: 'learner' } },
    ...(handsOver ? [] : transfer),
    { kind: 'change-peers', promote: [to], demote: [from], ...(handsOver && { handsOver }) },
    ...(handsOver ? transfer : []),
    { kind: 'leave-joint', promote: [to], demote: [from] },
    { kind: 'remove-peer', peer: from },
  ];
}

/** The steps that put a region's replicas where its neighbour's are; undefined where nobody who stays could lead meanwhile. */
export function alignSteps(region: Region, { added, leader }: { readonly added: readonly Peer[]; readonly leader: number }, target: Region): Step[] | undefined {
  const leaving = region.peers.filter(({ storeId }) => !peerOn(target, storeId));
  if (leaving.length === 0) return [];
  const heir = region.peers.find(({ storeId }) => peerOn(target, storeId))?.storeId;
  if (heir === undefined) return undefined;
  return [
    ...added.map((peer): Step => ({ kind: 'add-learner', peer: { ...peer, role: 'learner' } })),
    ...(leaving.some(({ storeId }) => storeId === leader) ? [{ kind: 'transfer-leader' as const, from: leader, to: heir }] : []),
    { kind: 'change-peers', promote: added, demote: leaving },
    { kind: 'leave-joint', promote: added, demote: leaving },
    ...leaving.map((peer): Step => ({ kind: 'remove-peer', peer })),
  ];
}

/** The steps that add a replica. */
export const addSteps = (to: Peer): Step[] => [{ kind: 'add-learner', peer: { ...to, role: 'learner' } }, { kind: 'change-peers', promote: [to], demote: [] }];

/** The steps that take a replica away. */
export const removeSteps = (from: Peer, heir: number | undefined): Step[] => [
  ...(heir === undefined ? [] : [{ kind: 'transfer-leader' as const, from: from.storeId, to: heir }]),
  ...(isVoter(from) ? [{ kind: 'change-peers' as const, promote: [], demote: [from] }] : []),
  { kind: 'remove-peer', peer: from },
];

/** What a store's limit books: every replica that comes or goes. */
export const costsOf = (steps: readonly Step[]): [storeId: number, move: 'add-peer' | 'remove-peer'][] =>
  steps.flatMap((step): [number, 'add-peer' | 'remove-peer'][] => {
    if (step.kind === 'add-learner') return [[step.peer.storeId, 'add-peer']];
    return step.kind === 'remove-peer' ? [[step.peer.storeId, 'remove-peer']] : [];
  });
