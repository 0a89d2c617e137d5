import type { World } from '../world.ts';
import type { Store } from './store.ts';

const workers = [
  'pd-worker', 'split-check', 'gc-worker', 'cleanup-worker', 'raft-gc-worker', 'raftlog-fetch-worker', 'region-worker', 'snap-handler',
  'snap-generator', 'addr-resolver', 'resolved-ts', 'check-leader', 'waiter-manager', 'deadlock-detector',
];

/** The gauges of a TiKV process: read from the model's state whenever somebody scrapes. */
export function exportGauges(world: World, store: Store): void {
  exportProcess(store);
  exportRegions(world, store);
  exportEngine(store);
  exportQuiet(store);
}

function exportProcess(store: Store): void {
  const { registry } = store.metrics;
  const gauge = (name: string, read: () => number, labels = {}) => registry.gauge(name, labels, read);
  gauge('process_start_time_seconds', () => Math.floor(store.process.startedMs / 1000));
  gauge('process_cpu_seconds_total', () => Math.floor(store.cpuTime.seconds));
  gauge('process_resident_memory_bytes', () => store.memory.residentBytes);
  gauge('process_virtual_memory_bytes', () => store.memory.virtualBytes);
  gauge('tikv_server_memory_usage', () => store.memory.residentBytes);
  // Read once, when the process starts.
  registry.set('tikv_server_memory_quota_bytes', {}, store.host.memory.availableBytes);
  gauge('tikv_server_cpu_cores_quota', () => store.host.cpu.allowed);
  gauge('tikv_server_info', () => store.startTimestampSeconds, { hash: 'None', version: `v${store.version}` });
}

function exportRegions(world: World, store: Store): void {
  const { registry } = store.metrics;
  const regions = world.index.of(store.id);
  const gauge = (name: string, labels: Readonly<Record<string, string>>, read: () => number) => registry.gauge(name, labels, read);
  gauge('tikv_raftstore_region_count', { type: 'leader' }, () => regions.led.size);
  gauge('tikv_raftstore_region_count', { type: 'region' }, () => regions.held.size);
  gauge('tikv_raftstore_region_count', { type: 'buckets' }, () => regions.held.size);
  gauge('tikv_raftstore_hibernated_peer_state', { state: 'hibernated' }, () => regions.held.size - world.awake.count(store));
  gauge('tikv_raftstore_hibernated_peer_state', { state: 'awaken' }, () => world.awake.count(store));
  registry.set('tikv_raftstore_leader_missing', {}, 0);
  gauge('tikv_raftstore_slow_score', { type: 'raft' }, () => store.slowScore.value);
  gauge('tikv_raftstore_slow_score', { type: 'network' }, () => store.networkProbes.score.value);
  gauge('tikv_raftstore_busy_on_apply_region_total', { type: 'busy_apply_peers' }, () => (store.busy ? 1 : 0));
}

function exportEngine(store: Store): void {
  const { registry } = store.metrics;
  const gauge = (name: string, labels: Readonly<Record<string, string>>, read: () => number) => registry.gauge(name, labels, read);
  registry.set('tikv_store_size_bytes', { type: 'capacity' }, store.host.disk.capacityBytes);
  gauge('tikv_store_size_bytes', { type: 'available' }, () => store.reportedAvailableBytes);
  gauge('tikv_store_size_bytes', { type: 'used' }, () => store.reportedUsedBytes);
  gauge('tikv_store_size_bytes', { type: 'kv_size' }, () => store.reportedUsedBytes - store.raftBytes);
  registry.set('tikv_store_size_bytes', { type: 'raft_size' }, store.raftBytes);
  registry.set('tikv_store_size_bytes', { type: 'snap_size' }, 0);
  gauge('tikv_engine_size_bytes', { db: 'kv', type: 'default' }, () => store.usedBytes - store.raftBytes);
  for (const [type, bytes] of [
    ['lock', 4_720_640], ['raft', 17_827_840], ['write', 2_885_632],
  ] as const) registry.set('tikv_engine_size_bytes', { db: 'kv', type }, bytes);
  gauge('tikv_engine_block_cache_size_bytes', { cf: 'all', db: 'kv' }, () => store.memory.cacheBytes);
  for (const cf of ['default', 'lock', 'raft', 'write']) {
    registry.set('tikv_engine_num_files_at_level', { cf, db: 'kv', level: '6' }, cf === 'default' ? 42 : 1);
    if (cf === 'default') continue;
    registry.set('tikv_engine_pending_compaction_bytes', { cf, db: 'kv' }, 0);
    registry.set('tikv_engine_num_files_at_level', { cf, db: 'kv', level: '0' }, 0);
  }
}

/** What a real store exports and this model does not move: zero there as here, in a healthy cluster. */
function exportQuiet(store: Store): void {
  const zero = (name: string, labels: Readonly<Record<string, string>>) => store.metrics.registry.set(name, labels, 0);
  for (const name of workers) zero('tikv_worker_pending_task_total', { name });
  zero('tikv_engine_write_stall', { db: 'kv', type: 'write_stall_standard_deviation' });
  for (const cf of ['lock', 'write']) {
    zero('tikv_scheduler_memtable', { cf });
    zero('tikv_scheduler_l0', { cf });
  }
}
