import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientsBytes, clientsFile, readClients, type ClientRow } from './clients.ts';

test('what the clients saw is read again as it was written; a bundle without it has none', () => {
  const dir = mkdtempSync(join(tmpdir(), 'lab-clients-'));
  try {
    expect(readClients(dir)).toEqual([]);
    const seconds: ClientRow[] = [
      { atMs: 1_000, ok: 98, errors: { UNAVAILABLE: 2 }, retries: 3, p50Ms: 1.2, p99Ms: 9.81, inFlight: 4, kinds: { read: { ok: 98, failed: 0, p50Ms: 1.2, p99Ms: 9.81 }, write: { ok: 0, failed: 2 } } },
      { atMs: 2_000, ok: 0, errors: {}, retries: 0 },
    ];
    writeFileSync(join(dir, clientsFile), clientsBytes(seconds));
    expect(readClients(dir)).toEqual(seconds);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
