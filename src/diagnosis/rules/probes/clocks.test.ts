import { expect, test } from 'vitest';
import { assignmentFor, deskFor, since, type Story } from '../../fake-ports.test-kit.ts';
import { Investigation } from '../investigation.ts';
import { probeClocks } from './clocks.ts';

async function offBy(story: Story): Promise<readonly string[]> {
  const investigation = new Investigation(deskFor(story), assignmentFor(story));
  await probeClocks(investigation);
  return investigation.findings.present('clock-off').map(({ component }) => component);
}

const offset = (before: number, after: number): Story['metrics'] => ({ node_time_seconds: (node, atMs) => (node === 'tikv-2' ? (since(atMs) ? after : before) : 0) });

test('a clock that was as wrong in quiet time explains nothing new', async () => {
  expect(await offBy({ metrics: offset(0, -60), tickets: ['store-down:tikv-1'] })).toEqual(['tikv-2']);
  expect(await offBy({ metrics: offset(-60, -60), tickets: ['store-down:tikv-1'] })).toEqual([]);
  expect(await offBy({ metrics: offset(-60, -5), tickets: ['store-down:tikv-1'] })).toEqual(['tikv-2']);
});

test('a clock that has long been wrong is still the answer where clocks are the question', async () => {
  expect(await offBy({ metrics: offset(-60, -60), tickets: ['clocks-differ:tikv-2'] })).toEqual(['tikv-2']);
  expect(await offBy({ metrics: offset(-60, -60), tickets: ['clocks-differ:tikv-2', 'store-down:tikv-1'] })).toEqual([]);
});
