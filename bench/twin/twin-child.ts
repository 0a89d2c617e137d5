import { twin } from '../../harness/clusters/twin/kind.ts';
import { orThrow } from '../../src/kernel/result.ts';
import { stopwatch } from '../../src/kernel/wall-clock.ts';
import type { TwinCase } from './twin.ts';

/** A process of its own that lets one cluster live: how long it took to come up, then virtual seconds per wall second and per CPU second, and the most memory. */
const { stores, regions, ratePerSecond, seconds, seed } = JSON.parse(process.argv[2] ?? '') as TwinCase & { readonly seed: number };
const up = stopwatch();
await using cluster = orThrow(await twin.start({
  kind: 'twin', subject: 'tikv', roles: { pd: 3, tikv: stores }, regions, load: { shape: 'mixed', ratePerSecond, reads: 0.7, keys: 'zipfian', valueBytes: 1_024 },
}, seed));
const bootMs = up();
const before = process.cpuUsage();
const passing = stopwatch();
await cluster.pass(seconds * 1_000);
const wallMs = passing();
const { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify({ bootMs, perWallSecond: (seconds * 1_000) / wallMs, perCpuSecond: (seconds * 1e6) / (user + system), maxMb: process.resourceUsage().maxRSS / 1_000 }));
