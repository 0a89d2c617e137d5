import { expect, test } from 'vitest';
import { formatLine } from './journal.ts';

test('lines have the unified format: quoted where needed, fields in order, etcd with its logger', () => {
  const atMs = Date.UTC(2026, 0, 5, 8, 0, 0, 7);
  const timeout = { source: 'raft_client.rs:908', message: 'wait connect timeout', fields: [['addr', 'tikv-1:20160'], ['store_id', 4], ['msg type', 'A "b"']] } as const;
  expect(formatLine(atMs, 'WARN', timeout)).toBe(
    '[2026/01/05 08:00:00.007 +00:00] [WARN] [raft_client.rs:908] ["wait connect timeout"] [addr=tikv-1:20160] [store_id=4] ["msg type"="A \\"b\\""]',
  );
  const etcd = { logger: 'raft', source: 'zap_raft.go:77', message: 'newRaft' };
  expect(formatLine(atMs, 'INFO', etcd)).toBe('[2026/01/05 08:00:00.007 +00:00] [INFO] [raft] [zap_raft.go:77] [newRaft]');
});
