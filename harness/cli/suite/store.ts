import Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { LabError } from '../../../src/kernel/result.ts';
import type { Trial } from './trial.ts';

/** One suite in the database: what it is, and the whole plan of which it may be a part. */
export interface StoredSuite {
  readonly id: number;
  readonly key: string;
  readonly shard: string;
  readonly planned: readonly (readonly [scenario: string, seed: number])[];
}

/** The layout of the tables; a file of another layout is refused. */
const layout = 1;

const tables = `
  CREATE TABLE IF NOT EXISTS suites (id INTEGER PRIMARY KEY, key TEXT NOT NULL, shard TEXT NOT NULL, planned TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS trials (suite INTEGER NOT NULL REFERENCES suites, scenario TEXT NOT NULL, seed INTEGER NOT NULL, state TEXT NOT NULL, verdict TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (suite, scenario, seed));
  CREATE INDEX IF NOT EXISTS suites_by_key ON suites (key, shard);
`;

/**
 * The results of suites in one SQLite file. Each trial is one transaction, so that whatever happens to the process a trial is
 * there whole or not at all; the primary key sees to it that none is there twice.
 */
export class ResultStore implements Disposable {
  readonly #db: Database.Database;

  private constructor(db: Database.Database) {
    this.#db = db;
  }

  /** Opens or creates the file. One that is no database of this version ends the command (exit 2). */
  static open(path: string): ResultStore {
    mkdirSync(dirname(path), { recursive: true });
    try {
      const db = new Database(path, { timeout: 10_000 });
      db.pragma('journal_mode = WAL');
      // A killed process loses nothing either way; only a power cut could cost the last trial, which --resume performs again.
      db.pragma('synchronous = NORMAL');
      const found = db.pragma('user_version', { simple: true });
      if (found !== 0 && found !== layout) throw new Error(`its layout is ${String(found)}, not ${layout}`);
      db.exec(tables);
      db.pragma(`user_version = ${layout}`);
      return new ResultStore(db);
    } catch (error) {
      throw new LabError({ code: 'LAB_RESULTS_BROKEN', because: `${path} holds no results of this version: ${error instanceof Error ? error.message : String(error)}`, advice: 'Move it away, or name another file with --db.' }, 2);
    }
  }

  /** Starts a new suite. */
  begin(suite: Omit<StoredSuite, 'id'>): StoredSuite {
    const { lastInsertRowid } = this.#db.prepare('INSERT INTO suites (key, shard, planned) VALUES (?, ?, ?)').run(suite.key, suite.shard, JSON.stringify(suite.planned));
    return { ...suite, id: Number(lastInsertRowid) };
  }

  /** The newest suite that is this one, to be taken up again. */
  newest(key: string, shard: string): StoredSuite | undefined {
    return this.#suite(this.#db.prepare('SELECT * FROM suites WHERE key = ? AND shard = ? ORDER BY id DESC LIMIT 1').get(key, shard));
  }

  /** The newest suite of all. */
  last(): StoredSuite | undefined {
    return this.#suite(this.#db.prepare('SELECT * FROM suites ORDER BY id DESC LIMIT 1').get());
  }

  /** Keeps one trial, in one transaction; a later one of the same scenario and seed takes its place. */
  save(suite: Pick<StoredSuite, 'id'>, trial: Trial): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO trials (suite, scenario, seed, state, verdict, document) VALUES (?, ?, ?, ?, ?, ?)')
      .run(suite.id, trial.scenario, trial.seed, trial.state, trial.scorecard.verdict, JSON.stringify(trial));
  }

  /** The trials of a suite that are there, in the order of its plan. */
  trials({ id, planned }: StoredSuite): Trial[] {
    const rows = this.#db.prepare('SELECT document FROM trials WHERE suite = ?').all(id) as { document: string }[];
    const position = new Map(planned.map(([scenario, seed], index) => [`${scenario}#${seed}`, index]));
    const at = (trial: Trial): number => position.get(`${trial.scenario}#${trial.seed}`) ?? planned.length;
    return rows.map((row) => JSON.parse(row.document) as Trial).sort((a, b) => at(a) - at(b));
  }

  /** What judged trials of a diagnostician with this fingerprint took, over all suites; averages over those that tell. */
  past(fingerprint: string): { readonly trials: number; readonly inputTokens: number; readonly outputTokens: number; readonly costUsd: number | null } {
    return this.#db
      .prepare(
        `SELECT count(*) AS trials, coalesce(avg(document ->> '$.effort.inputTokens'), 0) AS inputTokens, coalesce(avg(document ->> '$.effort.outputTokens'), 0) AS outputTokens,
           avg(document ->> '$.effort.costUsd') AS costUsd FROM trials WHERE state IN ('scored', 'agent-error') AND document ->> '$.diagnostician.fingerprint' = ?`,
      )
      .get(fingerprint) as ReturnType<ResultStore['past']>;
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  #suite(row: unknown): StoredSuite | undefined {
    if (row === undefined) return undefined;
    const { id, key, shard, planned } = row as { id: number; key: string; shard: string; planned: string };
    return { id, key, shard, planned: JSON.parse(planned) as StoredSuite['planned'] };
  }
}
