import { expect, test } from 'vitest';
import { orThrow } from '../../src/kernel/result.ts';
import type { LogQuery } from '../../src/ports/logs.ts';
import { LogStore } from './log-store.ts';

const line = (second: number, level: string, message: string) => `[2026/11/23 20:00:${String(second).padStart(2, '0')}.000 +00:00] [${level}] [store.rs:1] ["${message}"]`;
const at = (second: number) => Date.UTC(2026, 10, 23, 20, 0, second);

const store = LogStore.fromFiles([
  ['tikv-2', [line(1, 'INFO', 'two a'), line(5, 'WARN', 'two b'), line(9, 'ERROR', 'two c')].join('\n')],
  ['tikv-1', [line(3, 'INFO', 'one a'), '   caused by: disk', line(5, 'INFO', 'one b')].join('\n')],
]);

async function search(query: LogQuery, nowSecond = 60) {
  const { lines, matched } = orThrow(await store.port(() => at(nowSecond)).search(query));
  return { found: lines.map(({ message }) => message), matched };
}

test('lines of all nodes come in order of time', async () => {
  expect(await search({})).toEqual({ found: ['two a', 'one a', 'two b', 'one b', 'two c'], matched: 5 });
});

test('nothing that is written after now can be found', async () => {
  expect(await search({ toMs: at(30) }, 5)).toEqual({ found: ['two a', 'one a', 'two b', 'one b'], matched: 4 });
  expect(await search({ fromMs: at(6) }, 5)).toEqual({ found: [], matched: 0 });
});

test('a limit keeps the newest lines and still counts all', async () => {
  expect(await search({ limit: 2 })).toEqual({ found: ['one b', 'two c'], matched: 5 });
  expect(await search({ limit: 0 })).toEqual({ found: [], matched: 5 });
});

test('node, level, text and time narrow the search, both ends of the time included', async () => {
  expect((await search({ node: 'tikv-1' })).found).toEqual(['one a', 'one b']);
  expect((await search({ levels: ['WARN', 'ERROR'] })).found).toEqual(['two b', 'two c']);
  expect((await search({ contains: 'b"' })).found).toEqual(['two b', 'one b']);
  expect((await search({ contains: 'caused by' })).found).toEqual(['one a']);
  expect((await search({ fromMs: at(3), toMs: at(5) })).found).toEqual(['one a', 'two b', 'one b']);
});

test('files that are written out read back as the same logs', async () => {
  expect(LogStore.fromFiles(store.export()).export()).toEqual(store.export());
  expect([...store.export().keys()]).toEqual(['tikv-1', 'tikv-2']);
});

test("etcd's JSON lines are read beside the unified format", async () => {
  const etcd = LogStore.fromFiles([['etcd-1', '{"level":"warn","ts":"2026-11-23T20:12:57.946042Z","caller":"embed/config.go:689","msg":"slow fdatasync"}\n{"level":']]);
  const { lines } = orThrow(await etcd.port(() => Infinity).search({}));
  expect(lines).toMatchObject([{ atMs: Date.parse('2026-11-23T20:12:57.946Z'), node: 'etcd-1', level: 'WARN', message: 'slow fdatasync' }]);
});

test('a line that arrives late takes its place in time', async () => {
  const late = new LogStore();
  for (const second of [3, 1, 2]) late.append({ atMs: at(second), node: 'pd-1', level: 'INFO', message: String(second), raw: '' });
  const { lines } = orThrow(await late.port(() => at(60)).search({}));
  expect(lines.map(({ message }) => message)).toEqual(['1', '2', '3']);
});

test('a text that is asked for again is found in what came since, wherever its place in time is', async () => {
  const log = new LogStore();
  const append = (second: number) => log.append({ atMs: at(second), node: 'pd-1', level: 'INFO', message: String(second), raw: second % 2 === 0 ? 'even' : 'odd' });
  const evenFrom = async (second: number) => orThrow(await log.port(() => at(60)).search({ contains: 'even', fromMs: at(second) })).lines.map(({ message }) => message);
  for (const second of [2, 3, 4]) append(second);
  expect(await evenFrom(3)).toEqual(['4']);
  append(6);
  expect(await evenFrom(5)).toEqual(['6']);
  expect(await evenFrom(0)).toEqual(['2', '4', '6']);
  for (const second of [8, 0]) append(second);
  expect(await evenFrom(0)).toEqual(['0', '2', '4', '6', '8']);
});
