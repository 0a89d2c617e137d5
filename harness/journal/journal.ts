import Database from 'better-sqlite3';
import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { assert, defined } from '../../src/kernel/assert.ts';
import type { Json } from '../../src/kernel/json.ts';
import { LabError } from '../../src/kernel/result.ts';
import { wallClock } from '../../src/kernel/wall-clock.ts';
import type { Change, RunJournal } from './contract.ts';
import { journalFile } from './place.ts';
import { isAlive, processEntry } from './process-table.ts';

/** A change that is not taken back yet. */
export interface OpenChange extends Change {
  readonly entry: number;
}

/** A run that has not ended, as the journal knows it. */
export interface JournaledRun {
  readonly run: string;
  readonly ownerPid: number;
  readonly startedAtMs: number;
  /** Whether the lab that made the changes still runs; then they are its own to take back. */
  readonly ownerAlive: boolean;
}

/** The run's part of the journal, with what is still to be taken back. */
export interface OpenRun extends RunJournal {
  /** Newest first. */
  readonly open: () => readonly OpenChange[];
}

const schemaSql = `
  CREATE TABLE IF NOT EXISTS runs (run TEXT PRIMARY KEY, owner_pid INTEGER NOT NULL, owner_started TEXT NOT NULL, started_at_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS changes (entry INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL REFERENCES runs (run), kind TEXT NOT NULL, data TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS changes_by_run ON changes (run, entry);`;

/** What was changed on this machine and is not taken back: one SQLite file for all labs, written through to the disk before each change. */
export class Journal implements Disposable {
  readonly file: string;
  readonly #db: Database.Database;

  /** Opens or creates the journal. */
  constructor(file = journalFile()) {
    this.file = file;
    this.#db = onJournal(file, () => {
      mkdirSync(dirname(file), { recursive: true });
      const db = new Database(file, { timeout: 20_000 });
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL');
      db.exec(schemaSql);
      return db;
    });
  }

  /** Begins a run with a name that no other unfinished run has. */
  begin(): OpenRun {
    const started = defined(processEntry(process.pid), 'this process').started;
    const insert = this.#db.prepare('INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?)');
    for (let tries = 0; tries < 100; tries++) {
      const run = `lab${randomInt(36 ** 5, 36 ** 6).toString(36)}`;
      const { changes } = onJournal(this.file, () => insert.run(run, process.pid, started, wallClock.now()));
      if (changes === 1) return this.take(run);
    }
    assert(false, 'a free run name is found within 100 tries');
  }

  /** The part of an unfinished run, for whoever takes it back. */
  take(run: string): OpenRun {
    const sql = <T>(text: string, ...values: unknown[]): T => onJournal(this.file, () => this.#db.prepare(text).run(...values)) as T;
    return {
      run,
      intend: ({ kind, data }) => Number(sql<Database.RunResult>('INSERT INTO changes (run, kind, data) VALUES (?, ?, ?)', run, kind, JSON.stringify(data)).lastInsertRowid),
      undone: (entry) => void sql('DELETE FROM changes WHERE entry = ? AND run = ?', entry, run),
      end: () => onJournal(this.file, () => this.#db.transaction(() => {
        sql('DELETE FROM changes WHERE run = ?', run);
        sql('DELETE FROM runs WHERE run = ?', run);
      })()),
      open: () => this.#openChanges(run),
    };
  }

  /** Makes this process the owner of a dead run, so that no other takes it back at the same time; false when somebody else was quicker. */
  adopt({ run, ownerPid }: JournaledRun): boolean {
    const started = defined(processEntry(process.pid), 'this process').started;
    const seen = this.#db.prepare('SELECT owner_started FROM runs WHERE run = ? AND owner_pid = ?').get(run, ownerPid) as { owner_started: string } | undefined;
    if (seen === undefined || isAlive(ownerPid, seen.owner_started)) return false;
    const adopt = this.#db.prepare('UPDATE runs SET owner_pid = ?, owner_started = ? WHERE run = ? AND owner_pid = ? AND owner_started = ?');
    return onJournal(this.file, () => adopt.run(process.pid, started, run, ownerPid, seen.owner_started)).changes === 1;
  }

  /** Every unfinished run, oldest first. */
  runs(): readonly JournaledRun[] {
    const rows = this.#db.prepare('SELECT * FROM runs ORDER BY started_at_ms, run').all() as { run: string; owner_pid: number; owner_started: string; started_at_ms: number }[];
    return rows.map((row) => ({ run: row.run, ownerPid: row.owner_pid, startedAtMs: row.started_at_ms, ownerAlive: isAlive(row.owner_pid, row.owner_started) }));
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  #openChanges(run: string): readonly OpenChange[] {
    const rows = this.#db.prepare('SELECT entry, kind, data FROM changes WHERE run = ? ORDER BY entry DESC').all(run) as { entry: number; kind: string; data: string }[];
    return rows.map(({ entry, kind, data }) => ({ entry, kind, data: JSON.parse(data) as Json }));
  }
}

/** Nothing is changed that is not in the journal, so a journal that cannot be written ends the run. */
function onJournal<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof LabError) throw error;
    const { code, message } = error as { code?: string; message: string };
    if (code === undefined || !/^(SQLITE|E[A-Z]+$)/.test(code)) throw error;
    throw new LabError({ code: 'LAB_JOURNAL', because: `the fault journal ${file} cannot be written: ${message}`, advice: 'Free space there, or name another folder with LAB_STATE_DIR.' }, 4, { cause: error });
  }
}
