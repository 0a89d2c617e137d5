import { expect, test } from 'vitest';
import { latencyMs } from '../metrics/shape.ts';
import { Disk } from './disk.ts';
import { SharedCores } from './shared-cores.ts';

test('a device held to twelve writes a second gives four syncs, and one in ten behind another', () => {
  const disk = new Disk(1, 2 ** 40);
  disk.slow({ addedLatencyMs: 0, writesPerSecondMax: 12 });
  const sync = disk.syncShape();
  expect(1_000 / disk.syncMs()).toBeGreaterThan(3.5);
  expect(latencyMs(sync, 5)).toBeLessThan(300);
  expect(latencyMs(sync, 11)).toBeGreaterThan(400);
});

test('a throttle of one disk leaves the others alone that lie in the same memory', () => {
  const shared = new SharedCores({ cores: 2, othersCores: 0.3, syncMs: 0.14 });
  const [slow, other] = [new Disk(0.14, 2 ** 40, { shared }), new Disk(0.14, 2 ** 40, { shared })];
  const beforeMs = other.syncMs();
  slow.slow({ addedLatencyMs: 80 });
  expect(slow.syncMs()).toBeGreaterThan(80);
  expect(other.syncMs()).toBe(beforeMs);
});
