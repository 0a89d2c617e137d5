import type { Json } from '../../src/kernel/json.ts';

/** One change to the machine or to a cluster, with all that is needed to take it back. */
export interface Change {
  /** Names who can undo it, e.g. `process`, `network-namespace`, `compose-project`, `packet-rule`. */
  readonly kind: string;
  /** Enough to find the thing without any memory of the run. */
  readonly data: Json;
}

/** One run's part of the fault journal. */
export interface RunJournal {
  /** Names everything that the run makes: label, prefix, marker. Short, unique on this machine. */
  readonly run: string;
  /** Written through to the disk before the change is made, so that a crash at any moment leaves a trace. Returns the entry's number. */
  readonly intend: (change: Change) => number;
  /** The change is taken back; its entry needs no healing any more. */
  readonly undone: (entry: number) => void;
  /** The run is over and everything is taken back. */
  readonly end: () => void;
}

/** Takes changes of one kind back. Idempotent, and never touches what the lab did not make. */
export interface Undoer {
  readonly kind: string;
  readonly undo: (data: Json) => Promise<void>;
  /** What it is, in words, for `lab clean`; default: its kind and data. */
  readonly describe?: (data: Json) => string;
}
