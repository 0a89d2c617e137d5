import { expect, test } from 'vitest';
import type { Json } from '../../../kernel/json.ts';
import { investigationWith } from '../fake-investigation.test-kit.ts';
import { lookAtSettings } from './settings.ts';

const stores = ['tikv-1', 'tikv-2', 'tikv-3'];

/** Which settings are held against a store, where `tikv-2` has other values than the two others. */
async function heldAgainst(settings: Readonly<Record<string, readonly [own: string, others: string]>>): Promise<readonly string[]> {
  const differs: Json = Object.fromEntries(Object.entries(settings).map(([name, [own, others]]) => [name, Object.fromEntries(stores.map((store) => [store, store === 'tikv-2' ? own : others]))]));
  const investigation = investigationWith({ nodes: { tikv: stores }, tools: { store_config: { answered: stores, unanswered: {}, differs, same: 400 } } });
  await lookAtSettings(investigation);
  return investigation.findings.present('setting-differs').map(({ claim }) => claim.split(' of ')[0] ?? '');
}

test('a setting that only one store has is held against it', async () => {
  expect(await heldAgainst({ 'raftstore.raft-store-max-leader-lease': ['1s', '9s'] })).toEqual(['raftstore.raft-store-max-leader-lease']);
});

test.each([
  ['server.addr', '10.0.0.2:20160', '0.0.0.0:20160'],
  ['pd.endpoints', '["10.0.0.2:2379"]', '["10.0.0.1:2379"]'],
  ['security.cert-path', '/certs/tikv-2.pem', '/certs/tikv.pem'],
  ['security.key-path', '/certs/tikv-2.key', '/certs/tikv.key'],
  ['rocksdb.max-background-jobs', '4', '9'],
  ['rocksdb.max-sub-compactions', '1', '3'],
  ['readpool.unified.max-thread-count', '4', '12'],
])('%s goes with the place or the machine, and is held against nobody', async (name, own, others) => {
  expect(await heldAgainst({ [name]: [own, others] })).toEqual([]);
});

test('a smaller block cache goes with a smaller memory, and is a setting where the memory is the same', async () => {
  const cache = { 'storage.block-cache.capacity': ['7GiB', '29GiB'] } as const;
  expect(await heldAgainst({ ...cache, 'memory-usage-limit': ['12GiB', '48GiB'] })).toEqual([]);
  expect(await heldAgainst(cache)).toEqual(['storage.block-cache.capacity']);
});

test('what was changed while the store ran is the matter since then', async () => {
  const differs: Json = { 'rocksdb.rate-bytes-per-sec': { 'tikv-1': '10GiB', 'tikv-2': '8MiB', 'tikv-3': '10GiB' } };
  const message = 'all config change had been dispatched';
  const line = (atMs: number, to: string) => ({ node: 'tikv-2', atMs, raw: `${message} [change="{\\"rocksdb.rate-bytes-per-sec\\": \\"${to}\\"}"]` });
  const investigation = investigationWith({ nodes: { tikv: stores }, tools: { store_config: { answered: stores, unanswered: {}, differs, same: 400 } }, logs: { [message]: [line(1_000, '20GiB'), line(90_000, '8MiB')] } });
  await lookAtSettings(investigation);
  expect(investigation.findings.present('setting-differs')).toMatchObject([{ component: 'tikv-2', sinceMs: 90_000 }]);
});
