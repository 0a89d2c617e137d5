import { expect, test } from 'vitest';
import { parseUnifiedLogLine } from './unified-log.ts';

const parse = (raw: string) => {
  const line = parseUnifiedLogLine('tikv-1', raw);
  return line && { at: new Date(line.atMs).toISOString(), level: line.level, message: line.message };
};

test('a quoted message is read without its quotes and fields', () => {
  expect(parse('[2026/11/23 20:56:34.054 +00:00] [WARN] [raft_client.rs:598] ["connection aborted"] [addr=10.77.0.22:20160]')).toEqual({
    at: '2026-11-23T20:56:34.054Z',
    level: 'WARN',
    message: 'connection aborted',
  });
});

test('a bare message, an escaped quote and a time zone are read', () => {
  expect(parse('[2026/11/23 22:56:34.054 +02:00] [INFO] [lib.rs:91] [started]')).toEqual({ at: '2026-11-23T20:56:34.054Z', level: 'INFO', message: 'started' });
  expect(parse('[2026/11/23 15:26:34.054 -05:30] [ERROR] [a.go:1] ["it said \\"no\\""] [k=v]')).toEqual({ at: '2026-11-23T20:56:34.054Z', level: 'ERROR', message: 'it said "no"' });
});

test('a line of etcd inside PD carries its logger before the caller', () => {
  expect(parse('[2026/11/23 21:08:42.990 +00:00] [INFO] [raft] [zap_raft.go:77] ["bfbfefde904d02de became follower at term 2"]')?.message).toBe('bfbfefde904d02de became follower at term 2');
  expect(parse('[2026/11/23 21:08:42.990 +00:00] [INFO] [raft] [zap_raft.go:77] ["newRaft x [peers: [], term: 2]"]')?.message).toBe('newRaft x [peers: [], term: 2]');
});

test('anything else is not a log line', () => {
  expect(parse('goroutine 1 [running]:')).toBeUndefined();
  expect(parse('[2026/11/23] [INFO] [x] ["y"]')).toBeUndefined();
  expect(parse('')).toBeUndefined();
});
