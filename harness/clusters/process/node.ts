import { defined } from '../../../src/kernel/assert.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { RealNode } from '../real/node.ts';
import type { NodeId } from '../contract.ts';
import type { NodeGroups } from './groups.ts';
import type { Ledger } from './ledger.ts';
import type { RunNetwork } from './network.ts';
import type { DataDisk } from './places.ts';
import type { Program } from './program.ts';

/** A node with all that belongs to it on this machine. */
export interface ProcessNode extends RealNode {
  readonly program: Program;
  readonly disk: DataDisk;
  /** Writes the files that its program is started with. */
  readonly writeFiles: () => void;
  readonly groups: NodeGroups;
  /** Its network namespace; absent where it shares the machine's. */
  readonly namespace?: string;
}

/** What the controls of a cluster act on. */
export interface ProcessWorld {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly nodes: readonly ProcessNode[];
  /** The folder that holds everything of the run on disk. */
  readonly scratch: string;
  /** Absent where the nodes share the machine's network. */
  readonly network?: RunNetwork;
}

/** The node of this name. */
export const nodeOf = ({ nodes }: ProcessWorld, id: NodeId): ProcessNode => defined(nodes.find((node) => node.id === id), `node ${id}`);

/** The port that clients use. */
export const mainPort = ({ ports }: ProcessNode): number => defined(ports['main'], 'main port');
