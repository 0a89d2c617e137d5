import { expect, test } from 'vitest';
import { formatLine } from './journal.ts';

test('lines have the unified format: quoted where needed, fields in order, etcd with its logger', () => {
  const atMs = Date.UTC(2026, 0, 5, 8, 0, 0, 7);
  expect(formatLine(atMs, 'WARN', { source: 'raft_client.rs:908', message: 'wait connect timeout', fields: [['addr', 'tikv-1:20160'], ['store_id', 4], ['msg type', 'A "b"']] })).toBe(
    '[2026/01/05 08:00:00.007 +00:00] [WARN] [raft_client.rs:908] ["wait connect timeout"] [addr=tikv-1:20160] [store_id=4] ["msg type"="A \\"b\\""]',
  );
  expect(formatLine(atMs, 'INFO', { logger: 'raft', source: 'zap_raft.go:77', message: 'newRaft' })).toBe('[2026/01/05 08:00:00.007 +00:00] [INFO] [raft] [zap_raft.go:77] [newRaft]');
});
