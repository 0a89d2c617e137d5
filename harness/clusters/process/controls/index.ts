import type { Capability, Controls } from '../../contract.ts';
import type { ProcessWorld } from '../node.ts';
import { cpuControl } from './cpu.ts';
import { dataControl } from './data.ts';
import { diskControl } from './disk.ts';
import { linkControl } from './links.ts';
import { memoryControl } from './memory.ts';
import { networkControl } from './network.ts';
import { processControl } from './processes.ts';
import { spaceControl } from './space.ts';
import { supervisorControl } from './supervisor.ts';

/** What can be broken on this machine; loops of the lab's own end with the signal. */
export function controlsOf(world: ProcessWorld, lacks: ReadonlyMap<Capability, string>, signal: AbortSignal): Controls {
  const all: Controls = {
    process: processControl(world), supervisor: supervisorControl(world, signal),
    disk: diskControl(world), space: spaceControl(world), data: dataControl(world), cpu: cpuControl(world), memory: memoryControl(world),
    network: networkControl(world), links: linkControl(world),
  };
  return Object.fromEntries(Object.entries(all).filter(([capability]) => !lacks.has(capability as Capability)));
}
