import type { Change } from '../../journal/contract.ts';
import type { OpenRun } from '../../journal/journal.ts';

/** Makes changes of one run with the journal ahead of each, and takes them back one by one. */
export class Ledger {
  readonly run: string;
  readonly #journal: OpenRun;
  readonly #entries = new Map<string, number>();

  constructor(journal: OpenRun) {
    this.run = journal.run;
    this.#journal = journal;
  }

  /** Writes the change down, then makes it. One that is made again under the same key replaces the first and is taken back once. */
  async make(key: string, change: Change, apply: () => void | Promise<void>): Promise<void> {
    if (!this.#entries.has(key)) this.#entries.set(key, this.#journal.intend(change));
    await apply();
  }

  /** Takes a change back, whether or not this lab remembers that it made it. */
  async unmake(key: string, revert: () => void | Promise<void>): Promise<void> {
    await revert();
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#journal.undone(entry);
    this.#entries.delete(key);
  }
}
