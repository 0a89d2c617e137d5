import { LabError } from '../../../../src/kernel/result.ts';
import type { RunJournal } from '../../../journal/contract.ts';
import type { NodeId } from '../../contract.ts';
import { type Container, labels } from '../engine.ts';
import type { Project } from '../project.ts';

/** What every control of a Compose cluster is made from. */
export interface ControlParts {
  readonly project: Project;
  readonly journal: RunJournal;
}

/** The journal's word for a change to one container; it goes with its project, so undoing it matters only while that lives. */
export const containerChange = 'container-change';

/** What was done to a container, by the name of its undoing. */
export type Undoing = 'resume' | 'start' | 'limits' | 'packets' | 'links' | 'disk' | 'space' | 'data' | 'network';

/** Notes what is about to be done to a container; every undoing is noted once and forgotten when it was made. */
export class ContainerChanges {
  readonly #parts: ControlParts;
  readonly #open = new Map<string, number>();

  constructor(parts: ControlParts) {
    this.#parts = parts;
  }

  intend(node: NodeId, undoing: Undoing): void {
    const key = `${node} ${undoing}`;
    if (this.#open.has(key)) return;
    const { journal, project } = this.#parts;
    this.#open.set(key, journal.intend({ kind: containerChange, data: { [labels.run]: project.run, container: project.ids.get(node) ?? '', node, undoing } }));
  }

  undone(node: NodeId, undoing: Undoing): void {
    const key = `${node} ${undoing}`;
    const entry = this.#open.get(key);
    if (entry !== undefined) this.#parts.journal.undone(entry);
    this.#open.delete(key);
  }
}

/** The node's container, with its process; a fault of the world where it does not run. */
export async function runningContainer({ project }: ControlParts, node: NodeId): Promise<Container> {
  const container = await project.container(node);
  if (container.pid > 0) return container;
  throw new LabError({ code: 'LAB_NOT_RUNNING', because: `the container of ${node} is ${container.status}, so nothing can be done inside it` }, 4);
}

/** A program of the machine failed while it broke or measured something. */
export function commandFailure(what: string, stderr: string): LabError {
  return new LabError({ code: 'LAB_COMMAND', because: `${what} failed: ${stderr.trim().split('\n').at(-1) || 'it said nothing'}` }, 4);
}
