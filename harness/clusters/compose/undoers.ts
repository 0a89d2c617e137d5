import { z } from 'zod';
import type { Undoer } from '../../journal/contract.ts';
import { containerChange } from './controls/parts.ts';
import { disksUndoer } from './disk-images.ts';
import { findEngine, labels } from './engine.ts';
import { projectChange } from './project.ts';
import { scratchUndoer } from './scratch.ts';

const projectData = z.object({ run: z.string().min(1) });
const containerData = z.object({ [labels.run]: z.string().min(1), container: z.string(), node: z.string(), undoing: z.string() });

const project: Undoer = {
  kind: projectChange,
  describe: (given) => `containers, networks and volumes of ${projectData.parse(given).run}`,
  undo: async (given) => (await runningEngine()).removeAll(projectData.parse(given).run),
};

/** A container goes with its project and all that was done to it with the container, so the project's entry, which is older, heals it. */
const container: Undoer = {
  kind: containerChange,
  describe: (given) => `a change to the container ${containerData.parse(given).node}`,
  undo: async (given) => void containerData.parse(given),
};

async function runningEngine() {
  const engine = await findEngine();
  if (!engine.ok) throw new Error(`${engine.failure.because}; ${engine.failure.advice ?? ''}`);
  return engine.value;
}

/** How to take back what Compose clusters change. */
export const composeUndoers: readonly Undoer[] = [project, container, disksUndoer, scratchUndoer];
