import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TicketBook, type Report } from './book.ts';

const storeDown: Report = { key: 'store-down:tikv-2', invariant: 'store-down', component: 'tikv-2', severity: 'critical', firstSeenMs: 1_000, detail: 'PD calls it Disconnected' };

describe('the ticket book', () => {
  test('a violation that is reported again stays one ticket and is counted', () => {
    using book = new TicketBook();
    expect(book.report(storeDown, 1_000)).toMatchObject({ id: 'T1', status: 'opened', occurrences: 1 });
    expect(book.report({ ...storeDown, detail: 'PD calls it Down' }, 6_000)).toBeUndefined();
    expect(book.list()).toMatchObject([{ id: 'T1', occurrences: 2, lastSeenMs: 6_000, detail: 'PD calls it Down' }]);
  });

  test('the same violation after its end is a new ticket', () => {
    using book = new TicketBook();
    book.report(storeDown, 1_000);
    expect(book.resolveKey(storeDown.key, 9_000)).toMatchObject({ status: 'resolved', resolvedAtMs: 9_000 });
    expect(book.report(storeDown, 20_000)?.id).toBe('T2');
    expect(book.list({ open: true }).map(({ id }) => id)).toEqual(['T2']);
  });

  test('the third opening within ten minutes is marked as flapping, a later one is not', () => {
    using book = new TicketBook();
    const openings = [0, 60_000, 599_000, 2_000_000].map((atMs) => {
      const ticket = book.report(storeDown, atMs);
      book.resolveKey(storeDown.key, atMs + 10_000);
      return ticket?.flapping;
    });
    expect(openings).toEqual([false, false, true, false]);
  });

  test('acknowledged and diagnosed tickets are still open and still resolve', () => {
    using book = new TicketBook();
    book.report(storeDown, 0);
    expect(book.acknowledge('T1')?.status).toBe('acknowledged');
    expect(book.diagnosed('T1')?.status).toBe('diagnosed');
    expect(book.report(storeDown, 5_000)).toBeUndefined();
    expect(book.get('T1')?.status).toBe('diagnosed');
    expect(book.resolveKey(storeDown.key, 6_000)?.status).toBe('resolved');
  });

  test('a held ticket outlives its violation until a person resolves it', () => {
    using book = new TicketBook();
    book.report(storeDown, 0);
    book.hold('T1');
    expect(book.resolveKey(storeDown.key, 5_000)).toBeUndefined();
    expect(book.get('T1')?.status).toBe('held');
    expect(book.resolve('T1', 6_000)?.status).toBe('resolved');
  });

  test('a resolved ticket cannot be acknowledged back to life', () => {
    using book = new TicketBook();
    book.report(storeDown, 0);
    book.resolveKey(storeDown.key, 1_000);
    expect(book.acknowledge('T1')?.status).toBe('resolved');
  });

  test('an id that is not there is not found, whatever it looks like', () => {
    using book = new TicketBook();
    expect(['T9', '1', 'T1; DROP TABLE tickets', ''].map((id) => book.get(id))).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('tickets in a file are there for the next process', () => {
    const dir = mkdtempSync(join(tmpdir(), 'lab-book-'));
    try {
      const file = join(dir, 'tickets.db');
      {
        using book = new TicketBook(file);
        book.report(storeDown, 1_000);
      }
      using again = new TicketBook(file);
      expect(again.report(storeDown, 2_000)).toBeUndefined();
      expect(again.get('T1')?.occurrences).toBe(2);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
