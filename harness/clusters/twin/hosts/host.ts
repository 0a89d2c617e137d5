import type { Engine } from '../engine.ts';
import { HostClock } from './clock.ts';
import { Cpu } from './cpu.ts';
import { Disk } from './disk.ts';
import { Memory } from './memory.ts';
import { Neighbour } from './neighbour.ts';
import { Network } from './network.ts';
import { Process } from './process.ts';
import type { SharedCores } from './shared-cores.ts';
import { HostTraffic } from './traffic.ts';

/** What a machine is made of. */
export interface HostSpec {
  readonly id: string;
  readonly role: string;
  readonly baseSyncMs: number;
  readonly diskBytes: number;
  readonly cores: number;
  /** The machine, where other nodes run on it too. */
  readonly shared?: SharedCores | undefined;
  readonly memoryBytes: number;
  readonly firstPid: number;
  readonly version: string;
}

/**
 * A machine: the resources on which faults act, and nothing else. The programs read them; they never learn that a
 * fault was there.
 */
export class Host {
  readonly id: string;
  readonly role: string;
  readonly process: Process;
  readonly disk: Disk;
  readonly cpu: Cpu;
  readonly memory: Memory;
  readonly network = new Network();
  readonly traffic = new HostTraffic();
  readonly clock = new HostClock();
  /** The version of its program that is installed, and started the next time. */
  installed: string;
  readonly neighbour: Neighbour;
  /** The machine, where other nodes run on it too. */
  readonly shared: SharedCores | undefined;

  constructor(engine: Engine, spec: HostSpec) {
    this.id = spec.id;
    this.role = spec.role;
    this.installed = spec.version;
    this.process = new Process(engine, spec.firstPid);
    this.neighbour = new Neighbour(engine);
    this.shared = spec.shared;
    this.cpu = new Cpu(spec.cores, { neighbour: this.neighbour, shared: spec.shared });
    this.disk = new Disk(spec.baseSyncMs, spec.diskBytes, { neighbour: this.neighbour, shared: spec.shared });
    this.memory = new Memory(spec.memoryBytes);
  }
}
