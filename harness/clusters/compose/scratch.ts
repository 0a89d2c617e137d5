import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { RunJournal, Undoer } from '../../journal/contract.ts';

const kind = 'compose-folder';
// Nothing but folders of that name is ever deleted.
const data = z.object({ folder: z.string().refine((folder) => /^operator-lab-lab[a-z0-9]+$/.test(basename(folder)), 'not a folder of a run') });

/** A folder for the files of one run. */
export const scratchFolder = (run: string): string => join(tmpdir(), `operator-lab-${run}`);

/** Makes the run's folder. The oldest of its changes, so that it is the last to be taken back. */
export function makeScratch(journal: RunJournal): void {
  const folder = scratchFolder(journal.run);
  journal.intend({ kind, data: { folder } });
  mkdirSync(folder, { recursive: true });
}

/** Deletes a run's folder. */
export const scratchUndoer: Undoer = {
  kind,
  describe: (given) => `folder ${data.parse(given).folder}`,
  undo: async (given) => rmSync(data.parse(given).folder, { recursive: true, force: true }),
};
