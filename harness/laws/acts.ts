import { LabError } from '../../src/kernel/result.ts';
import type { Capability, ClusterSpec, Controls, NodeId } from '../clusters/contract.ts';
import type { World } from '../faults/contract.ts';
import { faults } from '../faults/registry.ts';
import { parametersOf } from './parameters.ts';
import type { Act, Schedule } from './schedule.ts';

/** What is about to happen at an instant, in seconds after the first act may come. */
export interface Due {
  readonly atSeconds: number;
  readonly act: Act;
  readonly what: 'inject' | 'revert';
}

/** Injections and reverts in order of time; what is due together comes in the order of the schedule. */
export function calendarOf({ acts }: Schedule): Due[] {
  const due = acts.flatMap((act): Due[] => [
    { atSeconds: act.atSeconds, act, what: 'inject' }, { atSeconds: act.atSeconds + act.holdSeconds, act, what: 'revert' },
  ]);
  return due.sort((a, b) => a.atSeconds - b.atSeconds);
}

/** The cluster of a schedule. */
export const specOf = ({ pd, tikv, spares = 0, regions, load }: Schedule): ClusterSpec => ({
  kind: 'twin', subject: 'tikv', roles: { pd, tikv }, spares: { tikv: spares }, regions,
  load: { shape: load.rate === 0 ? 'idle' : 'mixed', ratePerSecond: load.rate, reads: load.readsPercent / 100, keys: load.keys, valueBytes: load.valueBytes },
});

/** What this node cannot suffer, or PD and stores cannot do now, does not happen; anything else is a bug. */
const refusals: ReadonlySet<string> = new Set(['LAB_NOT_SUPPORTED', 'LAB_NODE_UNKNOWN', 'LAB_PD_LEADERLESS', 'LAB_PD_REFUSED', 'LAB_STORE_REFUSED', 'LAB_CONNECTION_REFUSED', 'LAB_TIMEOUT']);

/** Injects an act, or takes it back, through the same controls as the lab does. */
export async function perform({ act, what }: Pick<Due, 'act' | 'what'>, controls: Controls, nodes: readonly NodeId[]): Promise<void> {
  const fault = faults.get(act.fault);
  try {
    await fault?.[what](controls as unknown as World<Capability>, victimsOf(act, nodes), parametersOf(fault, act.draws));
  } catch (error) {
    if (!(error instanceof LabError && refusals.has(error.failure.code))) throw error;
  }
}

/** Whom an act may strike, machines that stand by among them. Stores come first, because most faults strike those. */
export function nodesOf({ pd, tikv, spares = 0 }: Pick<Schedule, 'pd' | 'tikv' | 'spares'>): NodeId[] {
  const named = (role: string, count: number): NodeId[] => Array.from({ length: count }, (_, at) => `${role}-${at + 1}`);
  return [...named('tikv', tikv + spares), ...named('pd', pd)];
}

const victimsOf = ({ victims }: Act, nodes: readonly NodeId[]): NodeId[] => [...new Set(victims.map((victim) => nodes[victim % nodes.length] ?? ''))];
