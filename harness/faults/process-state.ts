import type { NodeId, ProcessControl, ProcessState } from '../clusters/contract.ts';
import type { Witness } from './contract.ts';

/** A witness from the process table: bites when every struck process is in the wanted state. */
export async function everyProcess(process: ProcessControl, struck: readonly NodeId[], wanted: ProcessState): Promise<Witness> {
  const states = await Promise.all(struck.map(async (node) => ({ node, state: await process.state(node) })));
  return {
    bites: states.length > 0 && states.every(({ state }) => state === wanted),
    measured: states.map(({ node, state }) => `process of ${node} is ${state}`).join(', ') || 'nothing was struck',
  };
}
