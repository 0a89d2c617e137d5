import { expect, test } from 'vitest';
import { assignmentFor, deskFor, on, type Line, type Story } from '../../fake-ports.test-kit.ts';
import { Investigation } from '../investigation.ts';
import { probeLatency } from './latency.ts';

async function slowMembers(metrics: Story['metrics']): Promise<readonly string[]> {
  const investigation = new Investigation(deskFor({ metrics }), assignmentFor());
  await probeLatency(investigation);
  return investigation.findings.present('fsync-slow').map(({ component }) => component);
}

/** Syncs of the etcd of one member, by percentile and in the mean. */
const syncs = ({ p99, p90, mean }: { readonly p99: Line; readonly p90: Line; readonly mean: Line }): Story['metrics'] => ({
  'quantile(0.99, sum by (instance, le) (rate(etcd_disk_wal_fsync': p99, 'quantile(0.9, sum by (instance, le) (rate(etcd_disk_wal_fsync': p90, etcd_disk_wal_fsync_duration_seconds_sum: mean,
});

test('one late sync of a member is no slow disk', async () => {
  expect(await slowMembers(syncs({ p99: on('pd-2', 0.4, 0.002), p90: () => 0.0009, mean: on('pd-2', 0.006, 0.0005) }))).toEqual([]);
});

test('a disk on which syncs take thirty times what they took is slow, though their mean is still small', async () => {
  expect(await slowMembers(syncs({ p99: on('pd-2', 0.06, 0.002), p90: on('pd-2', 0.024, 0.0009), mean: on('pd-2', 0.015, 0.0005) }))).toEqual(['pd-2']);
});
