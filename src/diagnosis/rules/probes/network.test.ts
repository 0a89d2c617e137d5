import { expect, test } from 'vitest';
import { investigationWith } from '../fake-investigation.test-kit.ts';
import { probeNetwork } from './network.ts';

/** Who flaps, where each pair of reporter and store broke its connection five times. */
async function flapping(...pairs: readonly (readonly [reporter: string, store: number])[]): Promise<readonly string[]> {
  const lines = pairs.flatMap(([node, store]) => [0, 8_000, 16_000, 24_000, 32_000].map((atMs) => ({ node, atMs, raw: `connection aborted [store_id=${store}]` })));
  const investigation = investigationWith({ nodes: { tikv: ['tikv-1', 'tikv-2', 'tikv-3'] }, logs: { 'connection aborted': lines.sort((a, b) => a.atMs - b.atMs) } });
  await probeNetwork(investigation);
  return investigation.findings.present('streams-flap').map(({ component }) => component);
}

test('of a store that loses everybody and that everybody loses, only its own connections flap', async () => {
  expect(await flapping(['tikv-2', 1], ['tikv-3', 1], ['tikv-1', 2], ['tikv-1', 3])).toEqual(['tikv-1']);
});

test('two that lose each other both flap', async () => {
  expect(await flapping(['tikv-2', 1], ['tikv-1', 2])).toEqual(['tikv-1', 'tikv-2']);
});

test('of a store that loses everybody while nobody loses it, only its own connections flap', async () => {
  expect(await flapping(['tikv-1', 2], ['tikv-1', 3])).toEqual(['tikv-1']);
});
