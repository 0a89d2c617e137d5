import type { Host } from '../hosts/host.ts';
import type { Entry, Field } from '../journal.ts';
import { cpuQuotaLine, memoryQuotaLines } from './start-lines.ts';
import { probeLines } from './stop-lines.ts';

const said = (source: string, message: string, fields: readonly Field[] = [], thread = 1): Entry => ({ source, message, fields: [...fields, ['thread_id', thread]] });

/** What it finds on an empty disk, after its settings and before its engines are open. */
export const emptyDiskLines = ({ memory }: Pick<Host, 'memory'>): Entry[] => [
  said('config.rs:470', 'using default coprocessor quota', [['quota', `ReadableSize(${Math.floor(memory.availableBytes / 8)})`]]),
  ...['/data/tikv', '/data/tikv/raft'].map((path) => said('config.rs:1101', 'data dir', [['mount_fs', 'FsInfo { tp: "ext4", opts: "rw,noatime,discard", mnt_dir: "/data", fsname: "/dev/nvme0n1" }'], ['data_path', path]])),
  said('resource_group.rs:435', 'add resource group', [['ru', 2_147_483_647], ['name', 'default']]),
  said('service.rs:191', 'load controller config', [['config', 'RequestUnitConfig { read_base_cost: 0.125, read_cost_per_byte: 1.52587890625e-5, write_base_cost: 1.0, write_cost_per_byte: 0.0009765625, read_cpu_ms_cost: 0.3333333333333333 }']], 13),
  { level: 'WARN', ...said('common.rs:211', 'failed to remove space holder on starting: No such file or directory (os error 2)') },
  said('mod.rs:130', 'encryption: none of key dictionary and file dictionary are found.'),
  said('engine.rs:93', 'Recovering raft logs takes 162.311µs'),
  said('service.rs:68', 'pd meta client creating watch stream.', [['rev', 196], ['path', 'resource_group/settings']], 14),
];

/** What it says of its parts when they begin for the first time; `stores` are those that PD knows, itself among them. */
export const firstReadyLines = ({ id, host }: { readonly id: number; readonly host: Pick<Host, 'cpu' | 'memory'> }, stores: readonly number[]): Entry[] => [
  said('endpoint.rs:1377', 'create tokio runtime for backup stream', [['thread_count', 1], ['thread_name', 'backup-stream']]),
  said('endpoint.rs:191', 'the endpoint of stream backup started', [['path', '/data/tikv/log-backup-temp']]),
  said('sst_importer.rs:210', 'sst importer memory limit when apply', [['size', Math.floor(0.3 * host.memory.availableBytes)], ['ratio', 0.3]]),
  said('raft_server.rs:341', 'initializing replication mode', [['store_id', id], ['status', 'Some()']]),
  ...stores.map((each) => said('replication_mode.rs:55', 'associated store labels', [['labels', '[]'], ['store_id', each]])),
  said('raft_server.rs:476', 'start raft store thread', [['store_id', id]]),
  ...probeLines([]),
  said('store.rs:1470', 'cleans up garbage data', [['takes', '35.643µs'], ['garbage_range_count', 1], ['store_id', id]]),
  said('gc_worker.rs:1258', 'initialize compaction filter to perform GC when necessary'),
  said('compaction_filter.rs:189', 'initialize GC context for compaction filter'),
  said('gc_worker.rs:1320', 'compaction runner started'),
  said('compaction_runner.rs:210', 'compaction-runner started', [], 89),
  said('compaction_runner.rs:226', 'skipping compaction: GC safe point is zero', [], 89),
  said('resizable_threadpool.rs:189', 'Resizing thread pool', [['new_size', 8], ['thread_name', 'impwkr-v1']]),
  said('server.rs:1293', 'start register debug service'),
  ...['waiter-manager', 'deadlock-detector'].map((worker) => said('future.rs:148', 'starting working thread', [['worker', worker]])),
  cpuQuotaLine(host.cpu.allowed),
  ...memoryQuotaLines(host.memory.availableBytes).slice(1),
];

/** PD's answer to the first heartbeat names the oldest version of the cluster. */
export const clusterVersionLine = (version: string): Entry => said('client.rs:801', `set cluster version to ${version}`, [], 27);
