import type { Undoer } from './contract.ts';
import { commandVariable, endProcessesOf } from './process-table.ts';
import type { OpenChange, OpenRun } from './journal.ts';

/** A change that could not be taken back, and why. */
export interface Unhealed {
  readonly change: OpenChange;
  readonly because: string;
}

/** What became of a run's changes. */
export interface TakenBack {
  readonly undone: readonly OpenChange[];
  readonly unhealed: readonly Unhealed[];
}

/**
 * Takes back everything that a run changed, newest first. What fails is tried once more after the rest, since it may have
 * waited for it; what fails again stays in the journal and is named.
 */
export async function takeBack(run: OpenRun, undoers: ReadonlyMap<string, Undoer>): Promise<TakenBack> {
  const undone: OpenChange[] = [];
  let unhealed: Unhealed[] = [];
  // A killed lab's last command may still be at work: what it makes must be there before it is looked for.
  // One that hangs on a disk which is still slowed must not keep the rest from being taken back.
  await endProcessesOf(run.run, commandVariable).catch(() => {});
  for (let round = 0; round < 2; round++) {
    unhealed = [];
    for (const change of run.open()) {
      // Also where the journal cannot be written any more: everything is taken back first, and named once more later.
      const because = await undoOne(run, change, undoers);
      if (because === undefined) undone.push(change);
      else unhealed.push({ change, because });
    }
    if (unhealed.length === 0) break;
  }
  if (unhealed.length === 0) run.end();
  return { undone, unhealed };
}

async function undoOne(run: OpenRun, { kind, data, entry }: OpenChange, undoers: ReadonlyMap<string, Undoer>): Promise<string | undefined> {
  const undoer = undoers.get(kind);
  if (!undoer) return `this version of the lab does not know how to undo a ${kind}`;
  try {
    await undoer.undo(data);
    run.undone(entry);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
