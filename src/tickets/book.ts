import Database from 'better-sqlite3';
import { assert, defined } from '../kernel/assert.ts';
import type { Millis } from '../kernel/clock.ts';
import type { ComponentRef } from '../subjects/contract.ts';
import type { Ticket, TicketStatus } from './contract.ts';
import { schemaSql, ticketFromRow, type TicketRow } from './rows.ts';

/** What is reported when an invariant is found broken. */
export interface Report {
  /** `invariant:component`. */
  readonly key: string;
  readonly invariant: string;
  readonly component: ComponentRef;
  readonly severity: 'critical' | 'warning';
  readonly firstSeenMs: Millis;
  readonly detail: string;
}

/** Which tickets to list; without a filter, all of them. */
export interface TicketFilter {
  readonly status?: TicketStatus;
  readonly key?: string;
  /** True: only those that are not resolved. */
  readonly open?: boolean;
}

/** So many openings of one key within `flappingWindowMs` make the newest ticket flapping. */
export const flappingOpenings = 3;
/** See {@link flappingOpenings}. */
export const flappingWindowMs: Millis = 600_000;

/** The ticket book: one row per ticket in SQLite, at most one of them open per violation key (the database itself enforces it). */
export class TicketBook implements Disposable {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  /** Opens or creates the book in this file; `:memory:` forgets it with the process. */
  constructor(file = ':memory:') {
    this.#db = new Database(file);
    if (file !== ':memory:') this.#db.pragma('journal_mode = WAL');
    this.#db.exec(schemaSql);
  }

  /** Opens a ticket and gives it back, or counts one more occurrence when one with this key is open already. */
  report(report: Report, atMs: Millis): Ticket | undefined {
    if (this.#seeAgain(report, atMs)) return undefined;
    return this.#db.transaction(() => {
      const earlier = this.#prepared('SELECT count(*) AS n FROM tickets WHERE key = ? AND opened_at_ms > ?').get(report.key, atMs - flappingWindowMs) as { n: number };
      const { lastInsertRowid } = this.#prepared(
        `INSERT INTO tickets (key, invariant, component, severity, status, opened_at_ms, first_seen_ms, last_seen_ms, occurrences, flapping, detail)
         VALUES (@key, @invariant, @component, @severity, 'opened', @atMs, @firstSeenMs, @atMs, 1, @flapping, @detail)`,
      ).run({ ...report, atMs, flapping: earlier.n + 1 >= flappingOpenings ? 1 : 0 });
      return defined(this.get(`T${lastInsertRowid}`), 'the ticket just opened');
    })();
  }

  /** Resolves the open ticket of this key; a held one stays as it is, since a person asked for that. */
  resolveKey(key: string, atMs: Millis): Ticket | undefined {
    const open = this.openTicket(key);
    return open && open.status !== 'held' ? this.resolve(open.id, atMs) : undefined;
  }

  /** Resolves one ticket, held or not. */
  resolve(id: string, atMs: Millis): Ticket | undefined {
    this.#prepared(`UPDATE tickets SET status = 'resolved', resolved_at_ms = ? WHERE id = ? AND resolved_at_ms IS NULL`).run(atMs, rowIdOf(id));
    return this.get(id);
  }

  /** A person has seen it. */
  acknowledge(id: string): Ticket | undefined {
    return this.#move(id, 'acknowledged');
  }

  /** It has a diagnosis. */
  diagnosed(id: string): Ticket | undefined {
    return this.#move(id, 'diagnosed');
  }

  /** A person keeps it open: clean checks do not resolve it until it is acknowledged again or resolved by hand. */
  hold(id: string): Ticket | undefined {
    return this.#move(id, 'held');
  }

  /** One ticket by its id. */
  get(id: string): Ticket | undefined {
    const row = this.#prepared('SELECT * FROM tickets WHERE id = ?').get(rowIdOf(id)) as TicketRow | undefined;
    return row && ticketFromRow(row);
  }

  /** The unresolved ticket of a violation key. */
  openTicket(key: string): Ticket | undefined {
    return this.list({ key, open: true })[0];
  }

  /** Tickets in order of opening. */
  list(filter: TicketFilter = {}): Ticket[] {
    const conditions = [
      ...(filter.status === undefined ? [] : ['status = @status']),
      ...(filter.key === undefined ? [] : ['key = @key']),
      ...(filter.open === true ? ['resolved_at_ms IS NULL'] : []),
    ];
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const { status, key } = filter;
    const rows = this.#prepared(`SELECT * FROM tickets ${where} ORDER BY id`).all({ ...(status && { status }), ...(key !== undefined && { key }) });
    return (rows as TicketRow[]).map(ticketFromRow);
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#db.close();
  }

  /** Each statement is compiled once. */
  #prepared(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#db.prepare(sql)));
    return statement;
  }

  /** Counts an occurrence of the open ticket; whether there is one. */
  #seeAgain({ key, detail }: Report, atMs: Millis): boolean {
    return this.#prepared('UPDATE tickets SET last_seen_ms = ?, detail = ?, occurrences = occurrences + 1 WHERE key = ? AND resolved_at_ms IS NULL').run(atMs, detail, key).changes > 0;
  }

  #move(id: string, status: TicketStatus): Ticket | undefined {
    assert(status !== 'resolved', 'resolve() resolves');
    this.#prepared('UPDATE tickets SET status = ? WHERE id = ? AND resolved_at_ms IS NULL').run(status, rowIdOf(id));
    return this.get(id);
  }
}

const rowIdOf = (id: string): number => (/^T\d+$/.test(id) ? Number(id.slice(1)) : -1);
