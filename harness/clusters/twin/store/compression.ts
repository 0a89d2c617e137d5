import type { Store } from './store.ts';

/**
 * From `raft-engine.batch-compression-threshold` on the log writer compresses a batch. How far is a property of the values: the recorded clients' went to an eighth
 * (recordings/tikv-write-overload: 85 MB of entries a second were 9 MB in the log), and the twin's clients are taken to write such.
 */
const compressed = { fromBytes: 4_096, savedShare: 0.87 } as const;

/** Which part of a turn of the log writer compression saves at present, 0 to 1; undefined where its batches are too small to be compressed. */
export const savedShareOf = ({ meters, served }: Store): number | undefined => (meters.entriesPerTurn * served.valueBytes < compressed.fromBytes ? undefined : compressed.savedShare);
