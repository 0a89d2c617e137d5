import type { Undoer } from '../journal/contract.ts';

// Loaded when asked for: most machines never had containers of ours.
const known: readonly (() => Promise<readonly Undoer[]>)[] = [
  async () => (await import('./process/undo.ts')).processUndoers,
  async () => (await import('./compose/undoers.ts')).composeUndoers,
];

/** Whoever can take something back, by the kind of change; a new one is a line above. */
export async function allUndoers(): Promise<ReadonlyMap<string, Undoer>> {
  const all = await Promise.all(known.map((load) => load()));
  return new Map(all.flat().map((undoer) => [undoer.kind, undoer]));
}
