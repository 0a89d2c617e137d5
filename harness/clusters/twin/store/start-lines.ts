import type { Host } from '../hosts/host.ts';
import type { Entry, Field } from '../journal.ts';

const main: Field = ['thread_id', 1];
const said = (source: string, message: string, fields: readonly Field[] = []): Entry => ({ source, message, fields: [...fields, main] });
const warned = (source: string, message: string, fields: readonly Field[] = []): Entry => ({ level: 'WARN', ...said(source, message, fields) });

/** What a build without its environment says of itself, as the recorded one did. */
const unknown = 'Unknown (env var does not exist when building)';
/** The recorded build is newer than the twin's clock: this is a year earlier. */
const built = '2025-11-23 19:54:25';
/** The kernel's own values, where TiKV wants others. */
const kernel = ['net.core.somaxconn got 4096, expect 32768', 'net.ipv4.tcp_syncookies got 1, expect 0', 'vm.swappiness got 60, expect 0'];
/** What an unlimited control group shows as its limit. */
const noLimit = '9223372036854771712';
const mib = 2 ** 20;
/** `memory-usage-limit` is set so that the block cache takes this part of it; above this part of the machine's memory TiKV warns. */
const cacheShare = 0.6;
const recommendedShare = 0.75;

/** The first lines of a start: the build, and what the machine and the control group give. */
export const welcomeLines = (version: string, { cpu, memory }: Pick<Host, 'cpu' | 'memory'>): Entry[] => [
  said('lib.rs:86', 'Welcome to TiKV'),
  said('lib.rs:91', `Release Version:   ${version}`),
  said('lib.rs:91', 'Edition:           Community'),
  said('lib.rs:91', `Git Commit Hash:   ${unknown}`),
  said('lib.rs:91', `Git Commit Branch: ${unknown}`),
  said('lib.rs:91', `UTC Build Time:    ${built}`),
  ...['Rust Version:      ', 'Enable Features:   ', 'Profile:           '].map((what) => said('lib.rs:91', what + unknown)),
  said('fips.rs:40', 'OpenSSL FIPS mode is disabled'),
  { level: 'ERROR', ...said('mod.rs:3384', 'failed to enable heap profiling', [['err', 'JemallocError("failed to activate profiling: `name` or `mib` specifies an unknown/invalid value.")']]) },
  said('mod.rs:125', `cgroup quota: memory=Some(${memory.limitBytes === Infinity ? noLimit : memory.limitBytes}), cpu=${cpu.allowed < cpu.cores ? `Some(${cpu.allowed})` : 'None'}, cores={${Array.from({ length: cpu.cores }, (_, core) => core).join(', ')}}`),
  said('mod.rs:132', `memory limit in bytes: ${memory.availableBytes}, cpu cores quota: ${cpu.allowed}`),
  warned('lib.rs:528', 'environment variable `TZ` is missing, using `/etc/localtime`'),
  ...kernel.map((what) => warned('server.rs:1925', 'check: kernel', [['err', `kernel parameters ${what}`]])),
  said('<unknown>', 'TCP_USER_TIMEOUT is available. TCP_USER_TIMEOUT will be used thereafter'),
];

/** The lines with which a starting store finds PD: it asks each member that it was told of. */
export const joinLines = (members: readonly { readonly name: string }[], leader: { readonly clientUrl: string }, clusterId: string): Entry[] => {
  const endpoints = members.map(({ name }) => `${name}:2379`);
  return [
    ...[...endpoints, leader.clientUrl].map((endpoint) => said('util.rs:639', 'connecting to PD endpoint', [['endpoints', endpoint]])),
    said('util.rs:809', 'connected to PD member', [['endpoints', leader.clientUrl]]),
    said('util.rs:631', 'all PD endpoints are consistent', [['endpoints', JSON.stringify(endpoints)]]),
    said('common.rs:326', 'connect to PD cluster', [['cluster_id', clusterId]]),
  ];
};

/** What it makes of its settings, on a machine that has so much memory now; a store that ran before has those of then to compare. */
export function settingLines(memoryBytes: number, cacheBytes: number, ranBefore: boolean): Entry[] {
  const usageLimitBytes = Math.floor(cacheBytes / cacheShare);
  const limitBytes = Math.min(usageLimitBytes, memoryBytes);
  return [
    ...(usageLimitBytes > memoryBytes ? [warned('mod.rs:4555', `last_tikv.toml is invalid but ignored: "memory_usage_limit is greater than system memory capacity (${memoryBytes})"`)] : []),
    ...(ranBefore ? [warned('mod.rs:4353', 'override backup.sst-max-size with max sst-max-size, ReadableSize(50331648)')] : []),
    said('mod.rs:2626', 'readpool.storage.use-unified-pool is not set, set to true by default'),
    said('mod.rs:2649', 'readpool.coprocessor.use-unified-pool is not set, set to true by default'),
    warned('mod.rs:2040', 'raft-engine.batch-compression-threshold 8KiB should be adpative to the size of async-io. Set it to 4KiB instead.'),
    ...(limitBytes > recommendedShare * memoryBytes ? [warned('mod.rs:3966', `memory_usage_limit (${Math.floor(limitBytes / mib)}MiB) > recommanded (${Math.floor((recommendedShare * memoryBytes) / 1024)}KiB), maybe page cache isn't enough`)] : []),
  ];
}

/** Its parts begin, before it tells PD that it is there. */
export const partLines = (): Entry[] => [
  said('common.rs:443', 'beginning system configuration check'),
  said('mod.rs:549', 'encryption is disabled.'),
  said('mod.rs:308', 'Storage started.'),
  said('snapshot_backup.rs:108', 'registered reject ingest and admin coprocessor to TiKV.'),
  said('checkpoint_manager.rs:66', 'subscription manager started!'),
  said('endpoint.rs:179', 'started task watcher!'),
  ...[['466', 'start watching the pausing events.'], ['415', 'start watching the task changes.']].map(([line, what]) => said(`endpoint.rs:${line}`, what as string, [['from_rev', 196]])),
  said('snap.rs:1498', 'Initializing SnapManager, encryption is enabled: false'),
  said('write.rs:1224', 'starting store writer 0'),
];

/** What a running store says of its control group when it looks: once when it serves, later when that changed. */
export const cpuQuotaLine = (cores: number): Entry => ({ source: 'server.rs:1598', message: `cpu quota set to ${Number.isInteger(cores) ? cores.toFixed(1) : cores}`, fields: [['thread_id', 13]] });
/** The same of the memory, from which the importer takes its part. */
export const memoryQuotaLines = (bytes: number): Entry[] => [
  { source: 'sst_importer.rs:718', message: 'update importer config', fields: [['size', Math.floor(0.3 * bytes)], ['memory_use_ratio', 0.3], ['thread_id', 114]] },
  { source: 'server.rs:1604', message: `memory limit set to ${bytes}`, fields: [['thread_id', 13]] },
];
